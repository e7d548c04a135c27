package io.aitbc.service.security;

import io.aitbc.service.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Hands the {@link Caller} to a handler that asks for one; null only where the handler is {@link Open}. */
final class CallerArgumentResolver implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Object caller = request.getAttribute(KeyFilter.CALLER, RequestAttributes.SCOPE_REQUEST);
        boolean open = parameter.hasMethodAnnotation(Open.class)
                || parameter.getContainingClass().isAnnotationPresent(Open.class);
        if (caller == null && !open) {
            throw Problem.unauthorized("Send a valid API key as 'Authorization: Bearer KEY'.");
        }
        return caller;
    }
}
