package io.aitbc.poolhub.console;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.poolhub.gpu.Gpu;
import io.aitbc.poolhub.gpu.GpuActions;
import io.aitbc.poolhub.gpu.GpuBoard;
import io.aitbc.poolhub.gpu.GpuView;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.view.RedirectView;

/** All GPUs; one of them; and what operators do about it. A GPU's name may hold anything, so it is never a part of a path. */
@Hidden
@Controller
@RequestMapping("/console/gpus")
@Allowed({Role.OPERATOR, Role.VIEWER})
class GpusController {

    private static final int PAGE = 50;

    private final GpuBoard gpus;
    private final GpuActions actions;
    private final GpuPage page;
    private final PageModel pages;

    GpusController(GpuBoard gpus, GpuActions actions, GpuPage page, PageModel pages) {
        this.gpus = gpus;
        this.actions = actions;
        this.page = page;
        this.pages = pages;
    }

    @GetMapping
    String gpus(
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "") String model,
            @RequestParam(defaultValue = "") String miner,
            @RequestParam(defaultValue = "") String order,
            @RequestParam(defaultValue = "") String cursor,
            @RequestParam(defaultValue = "") String done,
            Model shown) {
        boolean byRisk = order.equals("risk");
        GpuState wanted = Asked.constant(GpuState.class, state);
        String part = Asked.text(model);
        String minerId = Asked.text(miner);
        String ofModel = part.isEmpty() ? null : part;
        String ofMiner = minerId.isEmpty() ? null : minerId;
        List<String> after = cursor.isEmpty() ? List.of("1", "") : Cursors.decode(cursor, 2);
        List<GpuView> found = byRisk
                ? gpus.riskiest(wanted, ofModel, ofMiner, risk(after.get(0)), after.get(1), PAGE + 1)
                : gpus.list(wanted, ofModel, ofMiner, after.get(1), PAGE + 1);
        boolean more = found.size() > PAGE;
        List<GpuView> rows = more ? found.subList(0, PAGE) : found;
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("state", wanted == null ? "" : wanted.name());
        filters.put("model", part);
        filters.put("miner", minerId);
        filters.put("order", byRisk ? "risk" : "");
        shown.addAttribute("rows", rows);
        shown.addAttribute("states", GpuState.values());
        shown.addAttribute("trips", gpus.trips());
        shown.addAttribute(
                "done", done.equals("reset") ? "Quarantines are carried out again; their count begins anew." : null);
        shown.addAttribute("any", wanted != null || ofModel != null || ofMiner != null);
        shown.addAttribute(
                "list",
                new Listing(
                        "/console/gpus",
                        filters,
                        "",
                        false,
                        Asked.cursor(cursor),
                        more ? after(rows.get(PAGE - 1).gpu()) : null,
                        Listing.counted(rows.size(), "GPU") + (byRisk ? ", the highest risk first" : ", by name")));
        return "console/gpus";
    }

    private static String after(Gpu last) {
        return Cursors.encode(Double.toString(last.failureRisk()), last.gpuUuid());
    }

    private static double risk(String part) {
        try {
            return Double.parseDouble(part);
        } catch (NumberFormatException e) {
            throw Cursors.badCursor();
        }
    }

    @GetMapping("/gpu")
    String gpu(
            @RequestParam(defaultValue = "") String id,
            @RequestParam(defaultValue = "1") String hours,
            @RequestParam(defaultValue = "") String done,
            Model shown) {
        int back = Asked.oneOf(GpuPage.SPANS, hours);
        shown.addAttribute("shown", page.of(id, back));
        shown.addAttribute("hours", back);
        shown.addAttribute("spans", GpuPage.SPANS);
        shown.addAttribute(
                "done",
                switch (done) {
                    case "quarantine" -> "It is out of use until somebody releases it; its work moves away.";
                    case "release" -> "It may work again. What is open about it asks for nothing any more.";
                    default -> null;
                });
        return "console/gpu";
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/quarantine")
    RedirectView quarantine(
            Caller caller, @RequestParam(defaultValue = "") String id, @RequestParam(defaultValue = "") String reason) {
        return done(actions.quarantine(caller, id, Asked.reason(reason, 500)), "quarantine");
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/release")
    RedirectView release(
            Caller caller, @RequestParam(defaultValue = "") String id, @RequestParam(defaultValue = "") String reason) {
        return done(actions.release(caller, id, Asked.reason(reason, 500)), "release");
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/breaker/reset")
    RedirectView resetBreaker(Caller caller) {
        actions.resetBreaker(caller);
        return SignInController.seeOther("/console/gpus?done=reset");
    }

    private RedirectView done(Gpu gpu, String what) {
        actions.shown(gpu);
        return SignInController.seeOther("/console/gpus/gpu?id=" + pages.show().query(gpu.gpuUuid()) + "&done=" + what);
    }
}
