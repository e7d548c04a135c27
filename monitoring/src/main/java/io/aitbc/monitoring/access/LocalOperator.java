package io.aitbc.monitoring.access;

import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Keyless;
import io.aitbc.service.security.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * In development, whoever works on this machine is an operator without a key. A proxy's requests come from this machine too, and a
 * browser's foreign page sends some: neither is taken for its user.
 */
@Component
class LocalOperator implements Keyless {

    private static final Caller LOCAL = new Caller("local", Role.OPERATOR, null);
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
    private static final List<String> OF_PROXIES =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");
    private static final Set<String> OWN_PAGES = Set.of("same-origin", "none");

    private final boolean development;

    LocalOperator(AccessSettings settings, Environment environment) {
        this.development = settings.isDevelopment(
                environment.getProperty("spring.datasource.url", "").isEmpty());
    }

    @Override
    public Optional<Caller> callerOf(HttpServletRequest request) {
        return development && isLocal(request) ? Optional.of(LOCAL) : Optional.empty();
    }

    private static boolean isLocal(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader("Origin");
        return isLoopback(request.getRemoteAddr())
                && LOCAL_NAMES.contains(
                        Objects.requireNonNullElse(request.getServerName(), "").toLowerCase(Locale.ROOT))
                && OF_PROXIES.stream().allMatch(name -> request.getHeader(name) == null)
                && (site == null || OWN_PAGES.contains(site))
                && (origin == null || origin.equals(request.getScheme() + "://" + request.getHeader("Host")));
    }

    private static boolean isLoopback(String address) {
        try {
            // A number, never a name: nothing is looked up.
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
