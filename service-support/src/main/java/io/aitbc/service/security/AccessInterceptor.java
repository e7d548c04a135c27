package io.aitbc.service.security;

import io.aitbc.service.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Lets a call through to a handler of ours only when the handler's {@link Allowed} or {@link Open} says so. */
final class AccessInterceptor implements HandlerInterceptor {

    private static final String OURS = "io.aitbc.";

    private sealed interface Access {
        record Everyone() implements Access {}

        record Only(Set<Role> roles) implements Access {}
    }

    private final Map<HandlerMethod, Access> cache = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method && isOurs(method)) {
            Access access = cache.computeIfAbsent(method, m -> {
                Access found = accessOf(m);
                return found == null ? new Access.Only(Set.of()) : found;
            });
            if (access instanceof Access.Only only) {
                check((Caller) request.getAttribute(KeyFilter.CALLER), only.roles());
            }
        }
        return true;
    }

    private static void check(@Nullable Caller caller, Set<Role> roles) {
        if (caller == null) {
            throw Problem.unauthorized("Send a valid API key as 'Authorization: Bearer KEY'.");
        }
        if (!roles.contains(caller.role())) {
            String needed = roles.stream()
                    .map(role -> role.name().toLowerCase(Locale.ROOT))
                    .sorted()
                    .collect(Collectors.joining(" or "));
            throw Problem.forbidden(
                    "role-not-allowed",
                    "This call needs the role " + needed + "; your key has "
                            + caller.role().name().toLowerCase(Locale.ROOT) + ".");
        }
    }

    /** Stops the start when a handler of ours names neither roles nor {@link Open}: a forgotten fence is a hole. */
    static void verify(RequestMappingHandlerMapping mapping) {
        Set<String> naked = new TreeSet<>();
        for (HandlerMethod method : mapping.getHandlerMethods().values()) {
            if (isOurs(method) && accessOf(method) == null) {
                naked.add(method.getShortLogMessage());
            }
        }
        if (!naked.isEmpty()) {
            throw new IllegalStateException("These handlers declare neither @Allowed nor @Open: " + naked);
        }
    }

    private static boolean isOurs(HandlerMethod method) {
        return method.getBeanType().getName().startsWith(OURS);
    }

    private static @Nullable Access accessOf(HandlerMethod method) {
        for (var element : Arrays.asList(method.getMethod(), method.getBeanType())) {
            Allowed allowed = AnnotatedElementUtils.findMergedAnnotation(element, Allowed.class);
            if (allowed != null) {
                return new Access.Only(Set.of(allowed.value()));
            }
            if (AnnotatedElementUtils.hasAnnotation(element, Open.class)) {
                return new Access.Everyone();
            }
        }
        return null;
    }
}
