package io.aitbc.coordinator.notification;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.Timeout;

/**
 * Posts to addresses that operators name. Only to such as {@link TargetRules} allow, at the moment of the connection; no redirect
 * is followed, no cookie kept, no proxy used, and of the answer nothing is read but its head.
 */
final class HookClient implements AutoCloseable {

    private final TargetRules rules;
    private final DnsResolver names;
    private final TimeLimits limits;
    private final ScheduledExecutorService watchdog;
    private final Clock clock;
    private final CloseableHttpClient secure;
    private final CloseableHttpClient plain;

    HookClient(
            TargetRules rules, DnsResolver names, TimeLimits limits, ScheduledExecutorService watchdog, Clock clock) {
        this.rules = rules;
        this.names = names;
        this.limits = limits;
        this.watchdog = watchdog;
        this.clock = clock;
        this.secure = client(new GuardedNames(names, rules, false));
        this.plain = client(new GuardedNames(names, rules, true));
    }

    /**
     * Reads a target and looks its host up.
     *
     * @throws TargetRefused when it must not be called, or its host is not known
     */
    void check(String target) throws TargetRefused {
        URI uri = TargetRules.read(target);
        try {
            InetAddress[] found = names.resolve(bare(uri.getHost()));
            rules.check(uri.getHost(), List.of(found), isPlain(uri));
        } catch (TargetRefused e) {
            throw e;
        } catch (UnknownHostException e) {
            throw new TargetRefused("The target's host " + uri.getHost() + " is not known; check its name.");
        }
    }

    /** Posts JSON once. */
    Outcome post(String target, byte[] body, Map<String, String> headers) {
        HttpPost request;
        boolean isPlain;
        try {
            URI uri = TargetRules.read(target);
            isPlain = isPlain(uri);
            request = new HttpPost(uri);
        } catch (TargetRefused e) {
            return new Outcome.Refused(e.sentence());
        }
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        headers.forEach(request::setHeader);
        ScheduledFuture<?> end =
                watchdog.schedule(request::cancel, limits.total().toMillis(), TimeUnit.MILLISECONDS);
        try {
            return outcome(request, isPlain ? plain : secure);
        } catch (TargetRefused e) {
            // What a name leads to may be another address soon.
            return new Outcome.Failed(e.sentence());
        } catch (IOException | RuntimeException e) {
            String reason = reason(e, request.isCancelled());
            return request.isCancelled() || e instanceof SocketTimeoutException
                    ? Outcome.Failed.silent(reason)
                    : new Outcome.Failed(reason);
        } finally {
            end.cancel(false);
        }
    }

    private Outcome outcome(HttpPost request, CloseableHttpClient client) throws IOException {
        ClassicHttpResponse response = client.executeOpen(null, request, HttpCoreContext.create());
        try {
            Header wish = response.getFirstHeader("Retry-After");
            return HookAnswer.outcome(response.getCode(), wish == null ? null : wish.getValue(), clock.instant());
        } finally {
            // What follows the head may be endless: the connection is cut, not read to its end.
            request.cancel();
            Closer.closeQuietly(response);
        }
    }

    @Override
    public void close() {
        secure.close(CloseMode.IMMEDIATE);
        plain.close(CloseMode.IMMEDIATE);
    }

    private String reason(Exception e, boolean isCancelled) {
        if (isCancelled) {
            return "The peer did not answer within " + seconds(limits.total()) + " s.";
        }
        if (e instanceof UnknownHostException) {
            return "The target's host is not known.";
        }
        if (e instanceof SSLException) {
            return "The peer's TLS is not to be trusted: " + Texts.line(String.valueOf(e.getMessage()), 200);
        }
        // The message of others may hold the target, and with it a secret.
        return "The peer cannot be reached: " + e.getClass().getSimpleName() + ".";
    }

    private static String seconds(Duration time) {
        return Double.toString(time.toMillis() / 1_000.0);
    }

    private static boolean isPlain(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme());
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private CloseableHttpClient client(DnsResolver guarded) {
        Timeout silence = Timeout.of(limits.silence());
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(guarded)
                        .setMaxConnTotal(DeliverySender.WORKERS)
                        .setMaxConnPerRoute(DeliverySender.WORKERS)
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxLineLength(8 * 1024)
                                        .setMaxHeaderCount(200)
                                        .build())
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(limits.connect()))
                                .setSocketTimeout(silence)
                                .build())
                        .setDefaultTlsConfig(
                                TlsConfig.custom().setHandshakeTimeout(silence).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(limits.connect()))
                        .setResponseTimeout(silence)
                        .setRedirectsEnabled(false)
                        .setAuthenticationEnabled(false)
                        .setContentCompressionEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("gpu-pool-coordinator")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }
}
