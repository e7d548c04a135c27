package io.aitbc.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {

    private static final String SIZED =
            "HTTP/1.1 200 \r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}";
    private static final String CHUNKED =
            "HTTP/1.1 503 \r\ntransfer-encoding: Chunked\r\n\r\n5\r\n{\"a\":\r\nA\r\n\"0\\r\\n\\r\"}\r\n0\r\n\r\n";
    private static final String EMPTY = "HTTP/1.1 202 \r\nContent-Length: 0\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {SIZED, CHUNKED, EMPTY})
    void isCompleteWithItsLastByteAndNotBefore(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int cut = 1; cut < bytes.length; cut++) {
            Response response = new Response();
            assertThat(response.add(bytes, 0, cut))
                    .as("after %d of %d bytes", cut, bytes.length)
                    .isFalse();
            assertThat(response.add(bytes, cut, bytes.length - cut)).isTrue();
            assertThat(response.status()).isEqualTo(Integer.parseInt(text.substring(9, 12)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SIZED, CHUNKED})
    void comesByteByByteAndIsUsedAgain(String text) {
        Response response = new Response();
        for (int time = 0; time < 2; time++) {
            response.clear();
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < bytes.length; i++) {
                assertThat(response.add(bytes, i, 1)).isEqualTo(i == bytes.length - 1);
            }
            assertThat(response.body()).startsWith("{").endsWith("}").doesNotContain("\r");
        }
    }
}
