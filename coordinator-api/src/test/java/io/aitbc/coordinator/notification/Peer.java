package io.aitbc.coordinator.notification;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on this machine that takes one request per connection and conducts itself as a test wants it to. */
final class Peer implements AutoCloseable {

    /** What came. */
    record Request(String head, byte[] body) {

        /** A header's value; empty without it. */
        String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** What it does with a connection. */
    interface Conduct {
        void with(Peer peer, Socket socket) throws IOException;
    }

    /** It accepts, and that is all. */
    static final Conduct SILENT = (peer, socket) -> peer.untilClosed();

    private final ServerSocket server;
    private final Conduct conduct;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    Peer(Conduct conduct) throws IOException {
        this.conduct = conduct;
        this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        start(this::accept);
    }

    /** It reads the request and answers with these words. */
    static Conduct answering(String words) {
        return (peer, socket) -> {
            peer.read(socket.getInputStream());
            socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        };
    }

    /** It says something at once, and something more ten times a second for as long as anybody listens. */
    static Conduct dripping(String first, String more) {
        return (peer, socket) -> {
            OutputStream out = socket.getOutputStream();
            out.write(first.getBytes(StandardCharsets.ISO_8859_1));
            do {
                out.write(more.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            } while (!peer.isClosedWithin(100));
        };
    }

    String url(String host) {
        return "http://" + host + ":" + port() + "/hook";
    }

    int port() {
        return server.getLocalPort();
    }

    List<Request> requests() {
        return requests;
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            conduct.with(this, socket);
        } catch (IOException e) {
            // The client left.
        }
    }

    private void read(InputStream from) throws IOException {
        InputStream in = new BufferedInputStream(from);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            head.write(next);
        }
        Request bare = new Request(head.toString(StandardCharsets.ISO_8859_1), new byte[0]);
        String length = bare.header("Content-Length");
        requests.add(new Request(bare.head(), in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length))));
    }

    private void untilClosed() {
        isClosedWithin(60_000);
    }

    private boolean isClosedWithin(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "peer");
        thread.setDaemon(true);
        thread.start();
    }
}
