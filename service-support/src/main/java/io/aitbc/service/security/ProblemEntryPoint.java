package io.aitbc.service.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Answers as problem details where Spring Security's filters refuse before any handler is reached. */
final class ProblemEntryPoint implements AuthenticationEntryPoint, AccessDeniedHandler {

    private final ObjectMapper json;

    ProblemEntryPoint(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        Problem.unauthorized("Send a valid API key as 'Authorization: Bearer KEY'.")
                .writeTo(request, response, json);
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        Problem.forbidden("role-not-allowed", "Your key's role may not call this.")
                .writeTo(request, response, json);
    }
}
