package io.aitbc.service.web;

import io.aitbc.service.security.Open;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The last resort: what fails outside any handler is answered as problem details too. */
@Hidden
@Open
@RestController
final class ErrorPageController implements ErrorController {

    @RequestMapping("${server.error.path:/error}")
    ResponseEntity<Object> error(HttpServletRequest request) {
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        HttpStatus resolved = code instanceof Integer number ? HttpStatus.resolve(number) : null;
        HttpStatus status = resolved == null ? HttpStatus.NOT_FOUND : resolved;
        String detail = status.is5xxServerError()
                ? "Something failed here, not in your request. The log has it under this answer's X-Request-Id."
                : "The request was refused: " + status.getReasonPhrase() + ".";
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        Problem problem = Problem.of(status, "refused", detail);
        return new ResponseEntity<>(
                problem.toBody(path == null ? "/" : path.toString()), problem.headers(), problem.status());
    }
}
