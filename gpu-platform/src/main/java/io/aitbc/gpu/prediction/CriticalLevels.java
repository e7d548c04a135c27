package io.aitbc.gpu.prediction;

import io.aitbc.gpu.rules.AlertRule;
import io.aitbc.gpu.rules.Condition;
import io.aitbc.gpu.rules.Condition.Base;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.rules.Severity;
import io.aitbc.gpu.telemetry.Signal;
import org.jspecify.annotations.Nullable;

/** From which value on a signal is critical. */
@FunctionalInterface
public interface CriticalLevels {

    /**
     * The level for a model.
     *
     * @param model product name; null when unknown
     * @param powerLimit the limit that the GPU reports, W; NaN when absent
     * @return in the unit of the signal; NaN when nothing is known to be critical
     */
    double of(Signal signal, @Nullable String model, double powerLimit);

    /** The lowest level at which a critical rule fires. */
    static CriticalLevels of(RuleSet rules) {
        return (signal, model, powerLimit) -> {
            RuleSet.ForModel forModel = rules.forModel(model);
            double board = Double.isNaN(forModel.boardPowerWatts()) ? powerLimit : forModel.boardPowerWatts();
            double lowest = Double.NaN;
            for (AlertRule rule : forModel.rules()) {
                boolean critical = rule.severity() == Severity.CRITICAL && !rule.shadow();
                if (critical && rule.when() instanceof Condition.Level level && level.signal() == signal) {
                    double at = level.base() == Base.BOARD_POWER ? level.level() * board : level.level();
                    lowest = Double.isNaN(lowest) ? at : Math.min(lowest, at);
                }
            }
            return lowest;
        };
    }
}
