package io.aitbc.benchmarks.load;

import java.nio.charset.StandardCharsets;

/** The bytes of HTTP/1.1 requests. */
public final class HttpRequest {

    private HttpRequest() {}

    /** A GET. */
    public static byte[] get(String path, String key) {
        return head("GET", path, key, "", 0).getBytes(StandardCharsets.US_ASCII);
    }

    /** A POST of JSON. */
    public static byte[] post(String path, String key, String json) {
        return post(path, key, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** A POST. */
    public static byte[] post(String path, String key, String contentType, byte[] body) {
        byte[] head = head("POST", path, key, "Content-Type: " + contentType + "\r\n", body.length)
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    private static String head(String method, String path, String key, String more, int length) {
        return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + key + "\r\n" + more
                + "Content-Length: " + length + "\r\n\r\n";
    }
}
