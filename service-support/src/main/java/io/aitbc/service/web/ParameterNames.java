package io.aitbc.service.web;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.MethodParameter;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/** What callers know things by: fields of the JSON, parameters and headers; never the names that our methods give them. */
final class ParameterNames {

    private ParameterNames() {}

    /** What is at fault. */
    static String of(ParameterValidationResult result, MessageSourceResolvable error) {
        Integer index = result.getContainerIndex();
        String item = index == null ? "" : "[" + index + "]";
        if (error instanceof FieldError field) {
            return (item.isEmpty() ? "" : item + ".") + snake(field.getField());
        }
        return of(result.getMethodParameter()) + item;
    }

    private static String of(MethodParameter parameter) {
        RequestParam query = parameter.getParameterAnnotation(RequestParam.class);
        RequestHeader header = parameter.getParameterAnnotation(RequestHeader.class);
        PathVariable path = parameter.getParameterAnnotation(PathVariable.class);
        if (parameter.hasParameterAnnotation(RequestBody.class)) {
            return "the body";
        }
        return Stream.of(
                        query == null ? null : query.name(),
                        header == null ? null : header.name(),
                        path == null ? null : path.name())
                .filter(Objects::nonNull)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElseGet(() -> snake(String.valueOf(parameter.getParameterName())));
    }

    /** As fields are called in JSON. */
    static String snake(@Nullable String camel) {
        return String.valueOf(camel).replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
