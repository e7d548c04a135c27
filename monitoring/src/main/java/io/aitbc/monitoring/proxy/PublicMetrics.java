package io.aitbc.monitoring.proxy;

import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Keyless;
import io.aitbc.service.security.Role;
import io.aitbc.service.security.ServiceSettings;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** With METRICS_PUBLIC=true, whoever reads the metrics of a job or chain node is a viewer without a key; nowhere else. */
@Component
class PublicMetrics implements Keyless {

    private static final Caller ANYBODY = new Caller("anybody", Role.VIEWER, null);
    private static final Pattern PATH = Pattern.compile("/metrics/" + JobNames.SERVICE + "/" + JobNames.JOB_ID);

    private final boolean isPublic;

    PublicMetrics(ServiceSettings settings) {
        this.isPublic = settings.metricsPublic();
    }

    @Override
    public Optional<Caller> callerOf(HttpServletRequest request) {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        return isPublic && reads && PATH.matcher(request.getRequestURI()).matches()
                ? Optional.of(ANYBODY)
                : Optional.empty();
    }
}
