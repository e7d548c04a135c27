package io.aitbc.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Sends prebuilt requests over many keep-alive connections from one thread, one request at a time on each connection (no
 * pipelining).
 */
public final class HttpLoad {

    /**
     * What to send.
     *
     * @param connections how many requests may be under way at once
     * @param perSecond requests per second, evenly spread; 0 for as many as the service answers
     * @param duration for how long new requests are sent
     * @param requests the bytes of the n-th request, from 0 on
     */
    public record Plan(int port, int connections, int perSecond, Duration duration, IntFunction<byte[]> requests) {}

    /**
     * What came of it.
     *
     * @param perSecond answers per second
     * @param statuses how many answers had each HTTP status
     * @param firstFailure the body of the first answer that was no success; empty when there was none
     */
    public record Result(double perSecond, Latencies latencies, Map<Integer, Integer> statuses, String firstFailure) {

        /** Throws unless every answer was a success. */
        public Result requireSuccess() {
            if (latencies.count() == 0 || !firstFailure.isEmpty()) {
                throw new IllegalStateException("the service answered " + statuses + ": " + firstFailure);
            }
            return this;
        }
    }

    private static final class Line {
        final SocketChannel channel;
        final Response response = new Response();
        long since;

        Line(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private final Plan plan;
    private final byte[] in = new byte[64 * 1024];
    private final ByteBuffer inBuffer = ByteBuffer.wrap(in);
    private final Latencies latencies = new Latencies();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private String firstFailure = "";
    private int sent;
    private int underWay;

    private HttpLoad(Plan plan) {
        this.plan = plan;
    }

    /** Runs the plan and waits for the last answers. */
    public static Result run(Plan plan) throws IOException {
        return new HttpLoad(plan).run();
    }

    private Result run() throws IOException {
        List<Line> lines = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < plan.connections(); i++) {
                lines.add(open(selector));
            }
            return load(selector, lines);
        } finally {
            for (Line line : lines) {
                line.channel.close();
            }
        }
    }

    private Line open(Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", plan.port()));
        channel.configureBlocking(false);
        channel.socket().setTcpNoDelay(true);
        Line line = new Line(channel);
        channel.register(selector, SelectionKey.OP_READ, line);
        return line;
    }

    private Result load(Selector selector, List<Line> lines) throws IOException {
        Deque<Line> idle = new ArrayDeque<>(lines);
        long start = System.nanoTime();
        long end = start + plan.duration().toNanos();
        long patience = end + Duration.ofSeconds(20).toNanos();
        long interval = plan.perSecond() == 0 ? 0 : 1_000_000_000L / plan.perSecond();
        long due = start;
        boolean lateForLines = false;
        long now = start;
        while (now < end || underWay > 0) {
            while (now < end && due <= now && !idle.isEmpty()) {
                // A request that had to wait for a free connection has been waiting since it was due.
                send(idle.pop(), interval > 0 && lateForLines ? due : now);
                due += interval;
            }
            lateForLines = interval > 0 && due <= now;
            long wait = idle.isEmpty() || now >= end ? 100_000_000L : Math.min(due, end) - now;
            // Up to a millisecond late rather than spinning: the service needs the core.
            selector.select(Math.max(1, wait / 1_000_000));
            now = System.nanoTime();
            Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
            while (ready.hasNext()) {
                SelectionKey key = ready.next();
                ready.remove();
                if (key.attachment() instanceof Line line && answered(key, line)) {
                    idle.push(line);
                }
            }
            if (now > patience) {
                throw new IOException(underWay + " requests were not answered within 20 s");
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Result(latencies.count() / seconds, latencies, statuses, firstFailure);
    }

    private void send(Line line, long since) throws IOException {
        line.since = since;
        line.response.clear();
        ByteBuffer request = ByteBuffer.wrap(plan.requests().apply(sent++));
        underWay++;
        if (line.channel.write(request) < request.limit()) {
            throw new IOException("a request of " + request.limit() + " bytes does not fit into the socket's buffer");
        }
    }

    private boolean answered(SelectionKey key, Line line) throws IOException {
        if (!key.isReadable()) {
            return false;
        }
        inBuffer.clear();
        int count = line.channel.read(inBuffer);
        if (count < 0) {
            throw new IOException("the service closed a connection");
        }
        if (count == 0 || !line.response.add(in, 0, count)) {
            return false;
        }
        latencies.add(System.nanoTime() - line.since);
        underWay--;
        int status = line.response.status();
        statuses.merge(status, 1, Integer::sum);
        if (status >= 300 && firstFailure.isEmpty()) {
            firstFailure = line.response.body();
        }
        return true;
    }
}
