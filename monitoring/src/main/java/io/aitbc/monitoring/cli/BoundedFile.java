package io.aitbc.monitoring.cli;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Writes an answer to a file, and no more than 16 GiB of it. */
final class BoundedFile implements BodySubscriber<Path> {

    /** The file cannot be written. */
    static final class NotWritten extends IOException {

        private static final long serialVersionUID = 1L;

        NotWritten(Throwable cause) {
            super("The artifacts cannot be written: " + cause.getMessage(), cause);
        }
    }

    private static final long MOST = 16L << 30;

    private final BodySubscriber<Path> file;
    private Flow.@Nullable Subscription subscription;
    private long written;
    private boolean isBroken;

    BoundedFile(BodySubscriber<Path> file) {
        this.file = file;
    }

    @Override
    public CompletionStage<Path> getBody() {
        return file.getBody().exceptionallyCompose(failure -> {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return CompletableFuture.failedFuture(isBroken ? cause : new NotWritten(cause));
        });
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        file.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        written += part.stream().mapToLong(ByteBuffer::remaining).sum();
        if (written > MOST && subscription != null) {
            subscription.cancel();
            onError(new IOException("the answer is longer than " + MOST + " bytes"));
            return;
        }
        file.onNext(part);
    }

    @Override
    public void onError(Throwable failure) {
        isBroken = true;
        file.onError(failure);
    }

    @Override
    public void onComplete() {
        file.onComplete();
    }
}
