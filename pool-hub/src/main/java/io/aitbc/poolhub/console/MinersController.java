package io.aitbc.poolhub.console;

import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.FleetSearch;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.miner.MinerState;
import io.aitbc.poolhub.sla.SlaReads;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** All miners. */
@Hidden
@Controller
@Allowed({Role.OPERATOR, Role.VIEWER})
class MinersController {

    private static final int PAGE = 50;
    private static final int LONGEST_TEXT = 200;

    /** A miner in the list. */
    record Row(
            FleetMiner miner,
            MinerState state,
            @Nullable Instant heard,
            SlaReads.@Nullable Current uptime,
            List<SlaReads.Current> violated) {}

    private final FleetView fleet;
    private final SlaReads levels;
    private final Clock clock;

    MinersController(FleetView fleet, SlaReads levels, Clock clock) {
        this.fleet = fleet;
        this.levels = levels;
        this.clock = clock;
    }

    @GetMapping("/console/miners")
    String miners(
            @RequestParam(defaultValue = "") String text,
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "miner") String sort,
            @RequestParam(defaultValue = "") String down,
            @RequestParam(defaultValue = "") String cursor,
            Model model) {
        Instant now = clock.instant();
        MinerState wanted = Asked.constant(MinerState.class, state);
        FleetSearch.Column column = Asked.constant(FleetSearch.Column.class, sort);
        FleetSearch.Column by = column == null ? FleetSearch.Column.MINER : column;
        boolean descending = down.equals("true");
        String part = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
        FleetSearch.Found found =
                new FleetSearch(part, wanted, by, descending, Asked.cursor(cursor), PAGE).in(fleet.snapshot(), now);
        Map<String, List<SlaReads.Current>> current =
                levels.current(found.miners().stream().map(FleetMiner::minerId).toList());
        List<Row> rows = found.miners().stream()
                .map(miner -> row(miner, current.getOrDefault(miner.minerId(), List.of()), now))
                .toList();
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("text", part);
        filters.put("state", wanted == null ? "" : wanted.name());
        model.addAttribute("rows", rows);
        model.addAttribute("states", MinerState.values());
        model.addAttribute("fleet", fleet.snapshot().size());
        model.addAttribute(
                "list",
                new Listing(
                        "/console/miners",
                        filters,
                        by.name().toLowerCase(Locale.ROOT),
                        descending,
                        Asked.cursor(cursor),
                        found.next(),
                        String.format(Locale.ROOT, "%,d of %,d miners", rows.size(), found.matches())));
        return "console/miners";
    }

    private Row row(FleetMiner miner, List<SlaReads.Current> current, Instant now) {
        return new Row(
                miner,
                miner.shownState(now),
                FleetSearch.heard(miner, fleet.grace()),
                current.stream()
                        .filter(one -> one.metricType().equals("uptime_pct"))
                        .findFirst()
                        .orElse(null),
                current.stream().filter(SlaReads.Current::isViolation).toList());
    }
}
