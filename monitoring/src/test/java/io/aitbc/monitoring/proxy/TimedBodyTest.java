package io.aitbc.monitoring.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimedBodyTest {

    @Test
    void aDeadlineBindsAlsoWhereTheNextPartIsThereAlready() throws Exception {
        TimedBody body = new TimedBody();
        body.onNext(List.of(ByteBuffer.wrap(new byte[] {1, 2})));
        body.onNext(List.of(ByteBuffer.wrap(new byte[] {3})));
        assertThat(body.next(System.nanoTime() + TimeUnit.MINUTES.toNanos(1))).containsExactly(1, 2);
        assertThatThrownBy(() -> body.next(System.nanoTime() - 1))
                .as("whoever was handed the first took all the time")
                .isInstanceOf(HttpTimeoutException.class);
    }
}
