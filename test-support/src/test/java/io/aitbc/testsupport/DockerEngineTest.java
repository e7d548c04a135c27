package io.aitbc.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class DockerEngineTest {

    @TempDir
    Path folder;

    @Test
    void oneThatAnswersOnItsSocketIsThere() throws Exception {
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel listening = listen(socket)) {
            Thread engine = new Thread(() -> answer(listening));
            engine.start();
            assertThat(at(folder.resolve("none"), socket).answers()).isTrue();
            engine.join();
        }
    }

    @Test
    void oneThatListensAndSaysNothingIsNot() throws Exception {
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel listening = listen(socket)) {
            assertThat(listening.isOpen()).isTrue();
            assertThat(at(socket).answers()).isFalse();
        }
    }

    @Test
    void aSocketThatADeadOneLeftIsNot() throws Exception {
        Path socket = folder.resolve("docker.sock");
        listen(socket).close();
        assertThat(socket).exists();
        assertThat(at(socket).answers()).isFalse();
        assertThat(at(Files.createFile(folder.resolve("file"))).answers()).isFalse();
    }

    @Test
    void theHostOfTheEnvironmentIsAskedInstead() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread engine = new Thread(() -> answer(listening));
            engine.start();
            String host = "tcp://127.0.0.1:" + listening.getLocalPort();
            assertThat(new DockerEngine(Map.of("DOCKER_HOST", host), List.of()).answers())
                    .isTrue();
            engine.join();
        }
        String gone = "unix://" + folder.resolve("gone");
        assertThat(new DockerEngine(Map.of("DOCKER_HOST", gone), List.of()).answers())
                .isFalse();
    }

    private static DockerEngine at(Path... sockets) {
        return new DockerEngine(Map.of(), List.of(sockets));
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private static void answer(ServerSocketChannel listening) {
        try (SocketChannel caller = listening.accept()) {
            caller.read(ByteBuffer.allocate(100));
            caller.write(ByteBuffer.wrap("HTTP/1.1 200 OK\r\n\r\nOK".getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(ServerSocket listening) {
        try (Socket caller = listening.accept()) {
            caller.getInputStream().read(new byte[100]);
            caller.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nOK".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
