package io.aitbc.gpu.rules;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What differs for a GPU model.
 *
 * @param models parts of product names, any case; the longest that a name contains decides
 * @param boardPowerWatts rated power of the board, W
 * @param levels other levels than the rules', by rule name
 */
public record Profile(String name, List<String> models, double boardPowerWatts, Map<String, Double> levels) {

    /** @throws IllegalArgumentException when it names no model, or the power is not within 1..10000 W */
    public Profile {
        models = models.stream().map(model -> model.toLowerCase(Locale.ROOT)).toList();
        levels = Map.copyOf(levels);
        if (models.isEmpty() || models.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("models must name at least one model");
        }
        if (!(boardPowerWatts >= 1 && boardPowerWatts <= 10_000)) {
            throw new IllegalArgumentException("board_power_watts must be within 1..10000, was " + boardPowerWatts);
        }
    }

    /** How well it fits a product name: the length of the longest part that the name contains, 0 for not at all. */
    int fits(String productName) {
        String name = productName.toLowerCase(Locale.ROOT);
        return models.stream()
                .filter(name::contains)
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }
}
