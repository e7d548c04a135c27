package io.aitbc.monitoring.recipe;

import io.aitbc.monitoring.target.TargetType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One figure that a window yields. */
public final class Kpi {

    /**
     * Raw series that it is computed of.
     *
     * @param range the selector with its range
     * @param isCounter whether they are read as counters, which begin again at 0 when what counts is started anew
     */
    public record Input(String range, boolean isCounter) {}

    /**
     * A quantile within it.
     *
     * @param q 0..1
     * @param buckets PromQL of the histogram's buckets, with the label {@code le}
     */
    public record Quantile(double q, String buckets) {}

    private final String name;
    private final String unit;
    private final String description;
    private final boolean total;
    private final Template template;
    private final Set<TargetType> types;

    Kpi(String name, String unit, String description, boolean total, Template template, Set<TargetType> types) {
        this.name = name;
        this.unit = unit;
        this.description = description;
        this.total = total;
        this.template = template;
        this.types = EnumSet.copyOf(types);
    }

    /** Unique within a session. */
    public String name() {
        return name;
    }

    /** What its value counts, such as {@code ms}. */
    public String unit() {
        return unit;
    }

    /** What it says, in a sentence; empty when its recipe has none. */
    public String description() {
        return description;
    }

    /** Whether its value grows with the window, as energy does; a rate or a quantile does not. */
    public boolean isTotal() {
        return total;
    }

    /** The types of targets whose series it is computed of. */
    public Set<TargetType> types() {
        return Set.copyOf(types);
    }

    /** PromQL that yields it at the end of a window, computed over the whole of it. */
    public String promql(Scope scope) {
        return Template.fill(template.text(), scope, types);
    }

    /** The raw series that it is computed of. */
    public List<Input> inputs(Scope scope) {
        return template.inputs().stream()
                .map(input -> new Input(
                        Template.fill(input.selector() + "[" + Template.WINDOW + "]", scope, types), input.isCounter()))
                .toList();
    }

    /** The quantiles within it. */
    public List<Quantile> quantiles(Scope scope) {
        return template.quantiles().stream()
                .map(quantile -> new Quantile(quantile.q(), Template.fill(quantile.buckets(), scope, types)))
                .toList();
    }

    /** Its PromQL with places for the session and the window, as its recipe has it. */
    public String template() {
        return template.text();
    }

    Kpi called(String other) {
        return new Kpi(other, unit, description, total, template, types);
    }

    Kpi alsoOf(Set<TargetType> more) {
        Set<TargetType> all = EnumSet.copyOf(types);
        all.addAll(more);
        return new Kpi(name, unit, description, total, template, all);
    }
}
