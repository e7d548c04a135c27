package io.aitbc.service.web;

import io.aitbc.service.security.Allowed;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.method.HandlerMethod;

/** Each call's description says which refusals it shares with others: they follow from its roles, parameters and body. */
final class RefusalsInDescriptions implements OperationCustomizer {

    static final String SCHEMA = "Problem";

    /** What every refusal looks like. */
    static Schema<?> problem() {
        return new ObjectSchema()
                .description("A refusal by RFC 9457; further members are told with the call that has them.")
                .addProperty("type", new StringSchema().description("a stable name, urn:aitbc:problem:…"))
                .addProperty("title", new StringSchema())
                .addProperty("status", new Schema<Integer>().type("integer"))
                .addProperty("detail", new StringSchema().description("a sentence that says what to do"))
                .addProperty("instance", new StringSchema());
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        boolean closed = AnnotatedElementUtils.hasAnnotation(handler.getMethod(), Allowed.class)
                || AnnotatedElementUtils.hasAnnotation(handler.getBeanType(), Allowed.class);
        boolean takes = operation.getRequestBody() != null
                || operation.getParameters() != null
                        && !operation.getParameters().isEmpty();
        boolean names = operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(parameter -> "path".equals(parameter.getIn()));
        may(operation, takes, HttpStatus.BAD_REQUEST);
        may(operation, closed, HttpStatus.UNAUTHORIZED);
        may(operation, closed, HttpStatus.FORBIDDEN);
        may(operation, names, HttpStatus.NOT_FOUND);
        may(operation, operation.getRequestBody() != null, HttpStatus.PAYLOAD_TOO_LARGE);
        may(operation, takes, HttpStatus.UNPROCESSABLE_ENTITY);
        may(operation, closed, HttpStatus.TOO_MANY_REQUESTS);
        may(operation, true, HttpStatus.SERVICE_UNAVAILABLE);
        return operation;
    }

    private static void may(Operation operation, boolean holds, HttpStatus status) {
        String code = Integer.toString(status.value());
        if (holds && !operation.getResponses().containsKey(code)) {
            Schema<?> problem = new Schema<>().$ref("#/components/schemas/" + SCHEMA);
            operation
                    .getResponses()
                    .addApiResponse(
                            code,
                            new ApiResponse()
                                    .description(status.getReasonPhrase())
                                    .content(new Content()
                                            .addMediaType(
                                                    org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                                                    new MediaType().schema(problem))));
        }
    }
}
