package io.aitbc.coordinator.notification;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;

/** Makes the sockets of one e-mail, which can be cut from outside when it takes too long. */
final class CuttableSockets extends SocketFactory {

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean isCut;

    /** Ends all connections; whoever waits on one fails at once. */
    void cut() {
        isCut = true;
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use any more, whether it says so or not.
            }
        }
    }

    boolean isCut() {
        return isCut;
    }

    @Override
    public Socket createSocket() throws IOException {
        if (isCut) {
            throw new IOException("the time is over");
        }
        Socket socket = new Socket();
        sockets.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        throw unconnectedOnly();
    }

    private static IOException unconnectedOnly() {
        return new IOException("only unconnected sockets are made here, so that connecting is bounded in time");
    }
}
