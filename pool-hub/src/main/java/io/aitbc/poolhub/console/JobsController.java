package io.aitbc.poolhub.console;

import io.aitbc.poolhub.job.Job;
import io.aitbc.poolhub.job.JobBoard;
import io.aitbc.poolhub.job.JobState;
import io.aitbc.poolhub.job.Jobs;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.view.RedirectView;

/** The queue, what runs, what is over; one job; and taking one back. Names come from callers, so none is a part of a path. */
@Hidden
@Controller
@RequestMapping("/console/jobs")
@Allowed({Role.OPERATOR, Role.VIEWER})
class JobsController {

    private static final int PAGE = 50;
    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    /** What is shown of all jobs. */
    enum Part {
        QUEUE(JobState.QUEUED),
        RUNNING(JobState.ASSIGNED, JobState.RUNNING),
        HISTORY(JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED),
        ALL;

        private final Set<JobState> states;

        Part(JobState... states) {
            this.states = Set.of(states);
        }
    }

    private final JobBoard jobs;
    private final JobPage page;
    private final PageModel pages;

    JobsController(JobBoard jobs, JobPage page, PageModel pages) {
        this.jobs = jobs;
        this.page = page;
        this.pages = pages;
    }

    @GetMapping
    String jobs(
            @RequestParam(defaultValue = "all") String part,
            @RequestParam(defaultValue = "") String tenant,
            @RequestParam(defaultValue = "") String miner,
            @RequestParam(defaultValue = "") String cursor,
            Model model) {
        Part named = Asked.constant(Part.class, part);
        Part wanted = named == null ? Part.ALL : named;
        String tenantId = Asked.text(tenant);
        String minerId = Asked.text(miner);
        Instant before = LAST;
        String beforeId = "";
        if (!cursor.isEmpty()) {
            List<String> parts = Cursors.decode(cursor, 2);
            before = Cursors.time(parts.get(0));
            beforeId = parts.get(1);
        }
        List<Job> found = jobs.list(
                new Jobs.Filter(wanted.states, nullIfEmpty(tenantId), nullIfEmpty(minerId)),
                before,
                beforeId,
                PAGE + 1);
        boolean more = found.size() > PAGE;
        List<Job> rows = more ? found.subList(0, PAGE) : found;
        Job last = more ? rows.get(PAGE - 1) : null;
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("part", wanted.name());
        filters.put("tenant", tenantId);
        filters.put("miner", minerId);
        model.addAttribute("rows", rows);
        model.addAttribute("parts", counted());
        model.addAttribute("any", !tenantId.isEmpty() || !minerId.isEmpty());
        model.addAttribute(
                "list",
                new Listing(
                        "/console/jobs",
                        filters,
                        "",
                        false,
                        Asked.cursor(cursor),
                        last == null ? null : Cursors.encode(last.submittedAt().toString(), last.jobId()),
                        Listing.counted(rows.size(), "job") + ", the latest first"));
        return "console/jobs";
    }

    @GetMapping("/job")
    String job(@RequestParam(defaultValue = "") String id, @RequestParam(defaultValue = "") String done, Model model) {
        model.addAttribute("shown", page.of(id.strip()));
        model.addAttribute(
                "done",
                done.equals("cancelled") ? "The job is taken back; if it runs, its miner is told to stop it." : null);
        return "console/job";
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/cancel")
    RedirectView cancel(
            Caller caller, @RequestParam(defaultValue = "") String id, @RequestParam(defaultValue = "") String reason) {
        Job job = jobs.cancel(caller, id, Asked.reason(reason, 400));
        return SignInController.seeOther("/console/jobs/job?id=" + pages.show().query(job.jobId()) + "&done=cancelled");
    }

    /** The parts with how many jobs they have; null where nobody counts. */
    private Map<Part, @Nullable Integer> counted() {
        Map<JobState, Integer> active = jobs.active();
        Map<Part, @Nullable Integer> counted = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            boolean goesOn = part == Part.QUEUE || part == Part.RUNNING;
            counted.put(
                    part,
                    goesOn
                            ? (Integer) part.states.stream()
                                    .mapToInt(state -> active.getOrDefault(state, 0))
                                    .sum()
                            : null);
        }
        return counted;
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }
}
