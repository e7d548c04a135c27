package io.aitbc.benchmarks.micro;

import com.github.f4b6a3.uuid.UuidCreator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Ids and key hashes: one hash per request, one id per row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class IdentityBenchmark {

    private static final UUID NAMESPACE = UUID.fromString("6b7f2a3e-95a4-4d6e-9a39-0c3c3f2f8a11");

    private final String key = "miner_" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    private long job;

    /** A random id that sorts by time (UUID version 7). */
    @Benchmark
    public UUID timeOrderedId() {
        return UuidCreator.getTimeOrderedEpoch();
    }

    /** The same from the faster source of randomness. */
    @Benchmark
    public UUID timeOrderedIdFast() {
        return UuidCreator.getTimeOrderedEpochFast();
    }

    /** An id derived from a fact (UUID version 5). */
    @Benchmark
    public UUID derivedId() {
        return UuidCreator.getNameBasedSha1(NAMESPACE, "job-" + job++ + "/gpu_hours/2026-03-01T00:00:00Z");
    }

    /** The hash under which a caller's key is looked up, as the services make it. */
    @Benchmark
    public String keyHash() throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
