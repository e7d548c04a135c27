package io.aitbc.benchmarks.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** One blocking keep-alive connection, for large requests and single ones. */
public final class HttpLine implements AutoCloseable {

    private final Socket socket;
    private final byte[] in = new byte[64 * 1024];
    private final Response response = new Response();

    /** Connects to a service on this machine. */
    public HttpLine(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(600_000);
    }

    /**
     * Sends a request and waits until the whole answer is here.
     *
     * @return its body
     * @throws IOException also when the answer is no success
     */
    public String exchange(byte[] request) throws IOException {
        send(request);
        return response.body();
    }

    /** The same for an answer that nobody reads: its size in bytes, head included. */
    public int send(byte[] request) throws IOException {
        response.clear();
        socket.getOutputStream().write(request);
        InputStream from = socket.getInputStream();
        int count;
        do {
            count = from.read(in);
            if (count < 0) {
                throw new EOFException("the service closed the connection");
            }
        } while (!response.add(in, 0, count));
        if (response.status() >= 300) {
            throw new IOException("HTTP " + response.status() + ": " + response.body());
        }
        return response.size();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
