package io.aitbc.monitoring.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.aitbc.service.web.BoundedBody;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a node over HTTP; bounded in time to the last byte, and in bytes. No redirect is followed. */
final class NodeHttp {

    private static final int MOST_BYTES = 8 << 20;

    /**
     * An answer.
     *
     * @param body missing when it is no JSON object
     */
    record Answer(int status, JsonNode body) {

        /** The body. */
        JsonNode object() throws NodeTrouble {
            if (body.isMissingNode()) {
                throw new NodeTrouble("it answers " + status + " with something that is no JSON object");
            }
            return body;
        }
    }

    private final HttpClient http;
    private final ObjectMapper json;

    NodeHttp(ObjectMapper json) {
        this.json = json;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    Answer send(HttpRequest request, Deadline deadline) throws NodeTrouble {
        CompletableFuture<HttpResponse<byte[]>> coming = http.sendAsync(request, BoundedBody.handler(MOST_BYTES));
        HttpResponse<byte[]> answer;
        try {
            answer = coming.get(deadline.left(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            coming.cancel(true);
            throw new NodeTrouble("it does not answer in time");
        } catch (ExecutionException e) {
            throw new NodeTrouble(reason(e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            coming.cancel(true);
            Thread.currentThread().interrupt();
            throw new NodeTrouble("the service is stopping");
        }
        return new Answer(answer.statusCode(), object(answer.body()));
    }

    private JsonNode object(byte[] body) {
        try {
            JsonNode read = json.readTree(body);
            return read.isObject() ? read : MissingNode.getInstance();
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return "it does not answer in time";
        }
        // Messages of others may hold the URL, and with it a secret.
        return cause instanceof ConnectException
                ? "nobody accepts the connection"
                : "its answer broke off, or was too long (" + cause.getClass().getSimpleName() + ")";
    }
}
