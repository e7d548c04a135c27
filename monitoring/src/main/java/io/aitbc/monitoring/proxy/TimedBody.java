package io.aitbc.monitoring.proxy;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An answer's body, part by part as it comes; each wait for a part ends in time, which those of an InputStream do not. */
final class TimedBody implements BodySubscriber<TimedBody>, AutoCloseable {

    private static final List<ByteBuffer> END = List.of();

    // At most two parts wait: the next is asked for when the one before is taken.
    private final BlockingQueue<List<ByteBuffer>> parts = new LinkedBlockingQueue<>();
    private volatile @Nullable Throwable failure;
    private Flow.@Nullable Subscription subscription;
    private boolean isClosed;

    /**
     * The next part.
     *
     * @param deadline until when to wait for it, as {@link System#nanoTime()} tells the time
     * @return null at the end of a body that came to its end
     * @throws HttpTimeoutException when nothing came, or the deadline was over before
     * @throws IOException when the body broke off
     */
    byte @Nullable [] next(long deadline) throws IOException, InterruptedException {
        long left = deadline - System.nanoTime();
        // Also when a part is there already: whoever is handed the parts may be what takes so long.
        List<ByteBuffer> part = left > 0 ? parts.poll(left, TimeUnit.NANOSECONDS) : null;
        if (part == null) {
            throw new HttpTimeoutException("the body did not end in time");
        }
        if (part == END) {
            Throwable broken = failure;
            if (broken != null) {
                throw new IOException("the body broke off", broken);
            }
            return null;
        }
        request();
        ByteBuffer all = ByteBuffer.allocate(
                part.stream().mapToInt(ByteBuffer::remaining).sum());
        part.forEach(all::put);
        return all.array();
    }

    /** Ends the connection if the body has not come to its end. */
    @Override
    public synchronized void close() {
        isClosed = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public CompletionStage<TimedBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        synchronized (this) {
            subscription = given;
            if (isClosed) {
                given.cancel();
                return;
            }
        }
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        parts.add(List.copyOf(part));
    }

    @Override
    public void onError(Throwable broken) {
        failure = broken;
        parts.add(END);
    }

    @Override
    public void onComplete() {
        parts.add(END);
    }

    private synchronized void request() {
        if (subscription != null && !isClosed) {
            subscription.request(1);
        }
    }
}
