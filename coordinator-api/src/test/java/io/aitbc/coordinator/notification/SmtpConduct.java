package io.aitbc.coordinator.notification;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A peer that speaks SMTP, and answers single commands as a test wants it to. */
final class SmtpConduct implements Peer.Conduct {

    private final Map<String, String> answers =
            new HashMap<>(Map.of("DATA", "354 go on", "QUIT", "221 bye", "STARTTLS", "220 go on"));
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> heardSafely = new CopyOnWriteArrayList<>();

    @Nullable
    private SSLContext tls;

    private boolean isTlsFromTheBeginning;

    /** The dot ends a message. An empty goodbye means that it leaves once it has the message. */
    SmtpConduct answering(String command, String answer) {
        answers.put(command, answer);
        return this;
    }

    SmtpConduct protectedBy(SSLContext context, boolean fromTheBeginning) {
        tls = context;
        isTlsFromTheBeginning = fromTheBeginning;
        answers.put("EHLO", fromTheBeginning ? "250 ok" : "250-ok\r\n250 STARTTLS");
        return this;
    }

    /** The lines that came. */
    List<String> heard() {
        return heard;
    }

    /** Those of them that nobody on the way could read. */
    List<String> heardSafely() {
        return heardSafely;
    }

    @Override
    public void with(Peer peer, Socket socket) throws IOException {
        if (isTlsFromTheBeginning) {
            converse(secured(socket), true, "220 hello");
        } else {
            converse(socket, false, "220 hello");
        }
    }

    private void converse(Socket socket, boolean isSafe, String hello) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        say(socket, hello);
        boolean isData = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            heard.add(line);
            if (isSafe) {
                heardSafely.add(line);
            }
            if (isData && !line.equals(".")) {
                continue;
            }
            String command = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
            say(socket, answers.getOrDefault(command, "250 ok"));
            if (command.equals("STARTTLS")) {
                converse(secured(socket), true, "");
                return;
            }
            if (isData && answers.getOrDefault("QUIT", "").isEmpty()) {
                socket.setSoLinger(true, 0);
                return;
            }
            isData = line.equals("DATA") && answers.getOrDefault("DATA", "").startsWith("3");
        }
    }

    private static void say(Socket socket, String words) throws IOException {
        if (!words.isEmpty()) {
            socket.getOutputStream().write((words + "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        }
    }

    private SSLSocket secured(Socket socket) throws IOException {
        if (tls == null) {
            throw new IOException("it has no certificate");
        }
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
        secured.setUseClientMode(false);
        return secured;
    }
}
