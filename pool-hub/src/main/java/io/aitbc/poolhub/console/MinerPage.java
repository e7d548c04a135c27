package io.aitbc.poolhub.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.gpu.GpuHeat;
import io.aitbc.poolhub.job.Job;
import io.aitbc.poolhub.job.Jobs;
import io.aitbc.poolhub.miner.MinerFacade;
import io.aitbc.poolhub.miner.MinerState;
import io.aitbc.poolhub.miner.MinerView;
import io.aitbc.poolhub.miner.StateInterval;
import io.aitbc.poolhub.sla.Metric;
import io.aitbc.poolhub.sla.SlaReads;
import io.aitbc.poolhub.sla.Violation;
import io.aitbc.service.web.Page;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Gathers all that is known of one miner. */
@Component
class MinerPage {

    private static final Duration AHEAD = Duration.ofDays(400);
    /** What is drawn measurement by measurement; of more time the worst of each hour is. */
    private static final Duration RAW = Duration.ofDays(1);

    private static final int MOST_ROWS = 5_000;
    private static final int MOST_POINTS = 400;
    private static final int MOST_STORIES = 20;
    private static final int MOST_JOBS = 20;

    /** How a service level is called and what it is counted in. */
    private enum Level {
        UPTIME("uptime_pct", "Uptime, last 24 hours", "%"),
        RESPONSE_TIME("response_time_ms", "Response time, last 100 matches", "ms"),
        COMPLETION_RATE("completion_rate_pct", "Completed jobs, last 7 days", "%");

        private final String type;
        private final String title;
        private final String unit;

        Level(String type, String title, String unit) {
            this.type = type;
            this.title = title;
            this.unit = unit;
        }

        private double worse(double one, double other) {
            return this == RESPONSE_TIME ? Math.max(one, other) : Math.min(one, other);
        }
    }

    /**
     * One miner.
     *
     * @param agreed downtime that lasts or is still to come, the earliest first
     */
    record Shown(
            MinerView miner,
            Timeline timeline,
            List<StateInterval> agreed,
            List<Plot> levels,
            List<Story> stories,
            boolean moreStories,
            List<GpuHeat.Tile> gpus,
            List<Job> jobs) {}

    private final MinerFacade miners;
    private final SlaReads levels;
    private final GpuHeat gpus;
    private final Jobs jobs;
    private final PageModel pages;
    private final ObjectMapper json;

    MinerPage(MinerFacade miners, SlaReads levels, GpuHeat gpus, Jobs jobs, PageModel pages, ObjectMapper json) {
        this.miners = miners;
        this.levels = levels;
        this.gpus = gpus;
        this.jobs = jobs;
        this.pages = pages;
        this.json = json;
    }

    /**
     * What is known of a miner over the last while.
     *
     * @throws io.aitbc.service.web.Problem 404 for an unknown miner
     */
    Shown of(String minerId, Duration back, Instant now) {
        MinerView miner = miners.get(minerId);
        Instant from = now.minus(back);
        Page<Violation> episodes = levels.violations(
                new SlaReads.EpisodeFilter(null, minerId, null, null, null), SlaReads.Place.START, MOST_STORIES);
        List<SlaReads.Current> current = levels.current(List.of(minerId)).getOrDefault(minerId, List.of());
        List<Plot> plots = new ArrayList<>();
        for (Level level : Level.values()) {
            plots.add(plot(
                    level,
                    minerId,
                    from,
                    back.compareTo(RAW) > 0,
                    current.stream()
                            .filter(one -> one.metricType().equals(level.type))
                            .findFirst()
                            .orElse(null)));
        }
        List<StateInterval> intervals = miners.intervals(minerId, from, now.plus(AHEAD));
        List<StateInterval> agreed = intervals.stream()
                .filter(one -> one.state() == MinerState.MAINTENANCE
                        && one.endedAt() != null
                        && one.endedAt().isAfter(now))
                .sorted(Comparator.comparing(StateInterval::startedAt))
                .toList();
        return new Shown(
                miner,
                Timeline.of(intervals, from, now, now),
                agreed,
                plots,
                episodes.items().stream()
                        .map(episode -> Story.of(episode, now, pages.show(), json))
                        .toList(),
                episodes.next() != null,
                gpus.of(minerId),
                jobs.latestOf(minerId, MOST_JOBS));
    }

    /** A measurement, or the worst of a stretch of them. */
    private record Point(Instant at, double value, double threshold) {}

    private Plot plot(Level level, String minerId, Instant from, boolean hourly, SlaReads.@Nullable Current current) {
        List<Point> points = new ArrayList<>();
        Instant since = from;
        if (hourly && current != null) {
            points.addAll(hours(level, minerId, from, current.threshold()));
            since = points.isEmpty() ? from : points.get(points.size() - 1).at().plus(1, ChronoUnit.HOURS);
        }
        Page<Metric> newest = levels.metrics(minerId, level.type, since, SlaReads.Place.START, MOST_ROWS);
        List<Metric> rows = new ArrayList<>(newest.items());
        Collections.reverse(rows);
        rows.forEach(row -> points.add(new Point(row.timestamp(), row.metricValue(), row.threshold())));
        if (points.isEmpty()) {
            return new Plot(level.title, level.unit, "Nothing was measured in this time.", List.of(), List.of());
        }
        // The last hour that is summed up says its worst, which need not be what holds now.
        if (current != null
                && current.at().isAfter(points.get(points.size() - 1).at())) {
            points.add(new Point(current.at(), current.value(), current.threshold()));
        }
        List<Point> thinned = thinned(level, points);
        Point last = thinned.get(thinned.size() - 1);
        Show show = pages.show();
        return new Plot(
                level.title,
                level.unit,
                "%s %s at last; the threshold is %s %s.%s"
                        .formatted(
                                show.number(last.value()),
                                level.unit,
                                show.number(last.threshold()),
                                level.unit,
                                newest.next() == null
                                        ? ""
                                        : " Only the newest " + MOST_ROWS + " measurements are drawn, since "
                                                + show.time(rows.get(0).timestamp()) + "."),
                thinned.stream().map(Point::at).toList(),
                List.of(
                        new Plot.Line(
                                "measured",
                                Plot.Kind.STEP,
                                thinned.stream()
                                        .<@Nullable Double>map(Point::value)
                                        .toList()),
                        new Plot.Line(
                                "threshold",
                                Plot.Kind.LIMIT,
                                thinned.stream()
                                        .<@Nullable Double>map(Point::threshold)
                                        .toList())));
    }

    /** The worst of each hour, against the threshold that holds now. */
    private List<Point> hours(Level level, String minerId, Instant from, double threshold) {
        return levels.hours(minerId, level.type, from).stream()
                .map(hour -> new Point(hour.hour(), level.worse(hour.minimum(), hour.maximum()), threshold))
                .toList();
    }

    /** As many as a plot can show. Of each stretch the worst stays, and the very last. */
    private static List<Point> thinned(Level level, List<Point> points) {
        int stride = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
        if (stride <= 1) {
            return points;
        }
        List<Point> kept = new ArrayList<>();
        for (int start = 0; start < points.size(); start += stride) {
            Point worst = points.get(start);
            for (Point one : points.subList(start, Math.min(points.size(), start + stride))) {
                worst = level.worse(one.value(), worst.value()) == worst.value() ? worst : one;
            }
            kept.add(worst);
        }
        Point last = points.get(points.size() - 1);
        if (kept.get(kept.size() - 1) != last) {
            kept.add(last);
        }
        return kept;
    }
}
