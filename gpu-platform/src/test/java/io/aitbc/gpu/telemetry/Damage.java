package io.aitbc.gpu.telemetry;

import java.util.Random;

/** What can happen to a text on its way. */
final class Damage {

    private static final String[] ODD = {
        "", "\n", ",", "\"", "\\", "{", "}", "=", " ", "\r", "\0", "NaN", "-", "1e999", "GPU-", "[N/A]", "#", "é",
        "\uD83D", "0x"
    };

    private Damage() {}

    static String of(String text, Random random, int blows) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = 0; i < blows && damaged.length() > 0; i++) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(5)) {
                case 0 -> damaged.setLength(at);
                case 1 -> damaged.deleteCharAt(at);
                case 2 -> damaged.insert(at, ODD[random.nextInt(ODD.length)]);
                case 3 -> damaged.setCharAt(at, (char) (32 + random.nextInt(95)));
                default -> {
                    int end = Math.min(damaged.length(), at + random.nextInt(60));
                    damaged.insert(random.nextInt(damaged.length()), damaged.substring(at, end));
                }
            }
        }
        return damaged.toString();
    }
}
