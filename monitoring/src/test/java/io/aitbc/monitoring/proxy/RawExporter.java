package io.aitbc.monitoring.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An exporter that writes to the socket what a test tells it to, byte by byte if need be. */
final class RawExporter implements AutoCloseable {

    /** What to write after a request's head has come; the connection is closed then. */
    interface Words {
        void say(OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final Words words;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);

    RawExporter(Words words) {
        this.words = words;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** One that answers 200 with this. */
    static RawExporter saying(String headers, byte[] body) {
        return new RawExporter(out -> {
            out.write(head("200 OK", headers + "Content-Length: " + body.length + "\r\n"));
            out.write(body);
        });
    }

    static byte[] head(String status, String headers) {
        return ("HTTP/1.1 " + status + "\r\n" + headers + "Connection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] chunk(int bytes) {
        return (Integer.toHexString(bytes) + "\r\n" + "#".repeat(bytes) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/metrics";
    }

    /** The heads of all requests so far. */
    List<String> requests() {
        return requests;
    }

    /** Waits until it is closed, or the caller has gone for sure. */
    void hang() throws InterruptedException {
        end.await(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        end.countDown();
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            requests.add(head.toString());
            words.say(socket.getOutputStream());
        } catch (IOException e) {
            // The caller has gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-exporter");
        thread.setDaemon(true);
        thread.start();
    }
}
