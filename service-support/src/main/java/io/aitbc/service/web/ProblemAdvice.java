package io.aitbc.service.web;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Turns every failure of a handler into problem details: bad input never becomes a 500, nothing shows a stack trace. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE + 100) // features that answer people with pages come first
final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    private record FieldError(String field, String detail) {}

    @ExceptionHandler(Problem.class)
    ResponseEntity<Object> problem(Problem problem, HttpServletRequest request) {
        return answer(problem, request.getRequestURI());
    }

    @ExceptionHandler(ConstraintViolationException.class)
    ResponseEntity<Object> constraint(ConstraintViolationException e, HttpServletRequest request) {
        List<FieldError> errors = e.getConstraintViolations().stream()
                .map(v -> new FieldError(lastNode(v), v.getMessage()))
                .toList();
        return answer(invalid(errors), request.getRequestURI());
    }

    @ExceptionHandler(IllegalArgumentException.class)
    ResponseEntity<Object> illegalArgument(IllegalArgumentException e, HttpServletRequest request) {
        LOG.error("A rule was broken deep inside; its handler should have said so", e);
        return answer(internal(), request.getRequestURI());
    }

    @ExceptionHandler(InvalidDataAccessApiUsageException.class)
    ResponseEntity<Object> misuse(InvalidDataAccessApiUsageException e, HttpServletRequest request) {
        LOG.error("A statement of ours is wrong", e);
        return answer(internal(), request.getRequestURI());
    }

    @ExceptionHandler(OptimisticLockingFailureException.class)
    ResponseEntity<Object> lock(OptimisticLockingFailureException e, HttpServletRequest request) {
        return answer(
                Problem.conflict("changed-meanwhile", "Somebody changed it at the same time; read it and try again."),
                request.getRequestURI());
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<Object> data(RuntimeException e, HttpServletRequest request) {
        String state = sqlState(e);
        if (state != null && state.startsWith("22")) {
            LOG.info("The database refused a value: SQLSTATE {}", state);
            return answer(
                    Problem.unprocessable(
                            "unstorable-value",
                            "A value cannot be stored: text may not contain the NUL character, and numbers and dates"
                                    + " must be within range."),
                    request.getRequestURI());
        }
        if (state != null && (state.startsWith("40") || state.equals("55P03") || state.equals("57014"))) {
            return answer(
                    Problem.unavailable(
                            "busy", "The data were busy with another change; try again.", Duration.ofSeconds(1)),
                    request.getRequestURI());
        }
        if (state == null || state.startsWith("08") || state.startsWith("57") || state.startsWith("53")) {
            LOG.warn("The database is away: {}", e.toString());
            return answer(
                    Problem.unavailable(
                            "database-away",
                            "The database does not answer; nothing was stored.",
                            Duration.ofSeconds(2)),
                    request.getRequestURI());
        }
        LOG.error("The database refused a statement: SQLSTATE {}", state, e);
        return answer(internal(), request.getRequestURI());
    }

    @ExceptionHandler(BodyTooLarge.class)
    ResponseEntity<Object> tooLarge(BodyTooLarge e, HttpServletRequest request) {
        return answer(e.problem(), request.getRequestURI());
    }

    @ExceptionHandler(Exception.class)
    ResponseEntity<Object> unexpected(Exception e, HttpServletRequest request) {
        LOG.error("Unexpected failure of {} {}", request.getMethod(), request.getRequestURI(), e);
        return answer(internal(), request.getRequestURI());
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<FieldError> errors = e.getBindingResult().getFieldErrors().stream()
                .map(f -> new FieldError(ParameterNames.snake(f.getField()), String.valueOf(f.getDefaultMessage())))
                .toList();
        return answer(invalid(errors), path(request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<FieldError> errors = e.getParameterValidationResults().stream()
                .flatMap(result -> result.getResolvableErrors().stream()
                        .map(error -> new FieldError(
                                ParameterNames.of(result, error), String.valueOf(error.getDefaultMessage()))))
                .toList();
        return answer(invalid(errors), path(request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String name =
                e instanceof MethodArgumentTypeMismatchException m ? ParameterNames.snake(m.getName()) : "A parameter";
        Class<?> needed = e.getRequiredType();
        return answer(
                Problem.badRequest("malformed-parameter", name + " must be " + describe(needed) + "."), path(request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyTooLarge large) {
                return answer(large.problem(), path(request));
            }
            if (cause instanceof Problem problem) {
                return answer(problem, path(request));
            }
            if (cause instanceof InvalidFormatException format) {
                return answer(
                        Problem.badRequest(
                                "malformed-field",
                                field(format) + " must be " + describe(format.getTargetType()) + "."),
                        path(request));
            }
            if (cause instanceof UnrecognizedPropertyException unknown) {
                return answer(unknown(unknown), path(request));
            }
            if (cause instanceof JsonMappingException mapping) {
                return answer(
                        Problem.badRequest("malformed-field", field(mapping) + " does not have the right type."),
                        path(request));
            }
        }
        return answer(
                e.getCause() == null
                        ? Problem.badRequest("missing-body", "This call needs a body: send it as JSON, not null.")
                        : Problem.badRequest("malformed-json", "The body is not valid JSON."),
                path(request));
    }

    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode statusCode, WebRequest request) {
        HttpStatus status = HttpStatus.resolve(statusCode.value());
        HttpStatus shown = status == null ? HttpStatus.BAD_REQUEST : status;
        ProblemDetail said = body instanceof ProblemDetail given
                ? given
                : e instanceof ErrorResponse response ? response.getBody() : null;
        String detail = said != null && said.getDetail() != null ? said.getDetail() : shown.getReasonPhrase();
        if (shown.is5xxServerError()) {
            LOG.error("Unexpected failure", e);
        }
        Problem problem = Problem.of(
                shown, slug(shown), shown.is5xxServerError() ? internal().detail() : detail);
        ResponseEntity<Object> answer = answer(problem, path(request));
        HttpHeaders all = new HttpHeaders();
        all.addAll(headers);
        all.addAll(answer.getHeaders());
        all.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return new ResponseEntity<>(answer.getBody(), all, shown);
    }

    private static ResponseEntity<Object> answer(Problem problem, String path) {
        return new ResponseEntity<>(problem.toBody(path), problem.headers(), problem.status());
    }

    private static Problem invalid(List<FieldError> errors) {
        String sentence = errors.stream()
                .map(error -> error.field() + " " + error.detail())
                .sorted()
                .collect(Collectors.joining("; "));
        List<Map<String, String>> members = errors.stream()
                .map(error -> Map.of("field", error.field(), "detail", error.detail()))
                .toList();
        return Problem.unprocessable("invalid-request", sentence).with("errors", members);
    }

    private static Problem unknown(UnrecognizedPropertyException e) {
        Collection<Object> known = e.getKnownPropertyIds();
        String those = known == null || known.isEmpty()
                ? ""
                : " Fields here: "
                        + known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", ")) + ".";
        return Problem.unprocessable(
                "unknown-field", "There is no field " + bounded(field(e)) + "; nothing was changed." + those);
    }

    private static String bounded(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "…";
    }

    private static Problem internal() {
        return Problem.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal-error",
                "Something failed here, not in your request. The log has it under this answer's X-Request-Id.");
    }

    private static String describe(@Nullable Class<?> type) {
        if (type == null) {
            return "well-formed";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "Instant" -> "an ISO-8601 time with zone, of the years 1970 to 9999, such as 2026-04-22T15:00:00Z";
            case "UUID" -> "a UUID";
            case "int", "Integer", "long", "Long" -> "a whole number within range";
            case "double", "Double", "float", "Float", "BigDecimal" -> "a finite number";
            case "boolean", "Boolean" -> "true or false";
            case "YearMonth" -> "a month such as 2026-03";
            default -> "well-formed";
        };
    }

    private static String field(JsonMappingException e) {
        String path = e.getPath().stream()
                .map(reference ->
                        reference.getFieldName() == null ? "[" + reference.getIndex() + "]" : reference.getFieldName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "The body" : path;
    }

    private static String lastNode(ConstraintViolation<?> violation) {
        String name = "";
        for (Path.Node node : violation.getPropertyPath()) {
            name = node.toString();
        }
        return ParameterNames.snake(name);
    }

    private static String slug(HttpStatus status) {
        return status.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static String path(WebRequest request) {
        return request instanceof ServletWebRequest servlet
                ? servlet.getRequest().getRequestURI()
                : "/";
    }

    private static @Nullable String sqlState(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
