package io.aitbc.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/** Many connections, each sending one prepared request after another, never the next before the answer: no pipelining. */
final class Load {

    /** What came of a load: answers per second, and how long they took. */
    record Result(double perSecond, double p50Millis, double p99Millis, long failures) {}

    private Load() {}

    /**
     * Runs a load.
     *
     * @param requests the bytes of the n-th connection's request
     */
    static Result run(int port, int connections, int seconds, IntFunction<byte[]> requests) throws Exception {
        AtomicBoolean on = new AtomicBoolean(true);
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            callers.add(new Caller(port, requests.apply(i), on));
        }
        long start = System.nanoTime();
        callers.forEach(Thread::start);
        Thread.sleep(seconds * 1_000L);
        on.set(false);
        for (Caller caller : callers) {
            caller.join(15_000);
        }
        double length = (System.nanoTime() - start) / 1e9;
        long[] all = callers.stream()
                .flatMapToLong(c -> Arrays.stream(c.nanos, 0, c.count))
                .sorted()
                .toArray();
        long failures = callers.stream().mapToLong(c -> c.failures).sum();
        return new Result(
                all.length / length,
                all.length == 0 ? 0 : all[all.length / 2] / 1e6,
                all.length == 0 ? 0 : all[(int) (all.length * 0.99)] / 1e6,
                failures);
    }

    private static final class Caller extends Thread {

        private final int port;
        private final byte[] request;
        private final AtomicBoolean on;
        private long[] nanos = new long[4_096];
        private int count;
        private long failures;

        Caller(int port, byte[] request, AtomicBoolean on) {
            super(null, null, "load", 128 << 10);
            this.port = port;
            this.request = request.clone();
            this.on = on;
        }

        @Override
        public void run() {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(15_000);
                InputStream in = new BufferedInputStream(socket.getInputStream(), 2_048);
                OutputStream out = socket.getOutputStream();
                while (on.get()) {
                    long start = System.nanoTime();
                    out.write(request);
                    if (readAnswer(in) / 100 == 2) {
                        keep(System.nanoTime() - start);
                    } else {
                        failures++;
                    }
                }
            } catch (IOException e) {
                failures++;
            }
        }

        private void keep(long took) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = took;
        }

        private static int readAnswer(InputStream in) throws IOException {
            String status = readLine(in);
            int length = 0;
            boolean chunked = false;
            for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
                if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                } else if (line.equalsIgnoreCase("Transfer-Encoding: chunked")) {
                    chunked = true;
                }
            }
            if (chunked) {
                for (int size = chunk(in); size > 0; size = chunk(in)) {
                    in.skipNBytes(size + 2L);
                }
                readLine(in);
            } else {
                in.skipNBytes(length);
            }
            return Integer.parseInt(status.substring(9, 12));
        }

        private static int chunk(InputStream in) throws IOException {
            return Integer.parseInt(readLine(in).strip(), 16);
        }

        private static String readLine(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder(64);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("closed");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }
    }
}
