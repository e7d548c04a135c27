package io.aitbc.service.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RateLimitFilterTest {

    private static final int BURST = 3;

    private final RateLimitFilter filter = new RateLimitFilter(
            new RateLimits(new ServiceSettings("test", null, null, null, null, false, 1, BURST)), new ObjectMapper());

    @Test
    void whoCallsTooOftenWaitsAndNobodyElseDoes() throws Exception {
        MockHttpServletResponse refused = refused("/v1/miners", null);

        assertThat(refused.getHeader("Retry-After")).isIn("1", "2");
        assertThat(refused.getContentType()).isEqualTo("application/problem+json");
        assertThat(refused.getContentAsString()).contains("\"urn:aitbc:problem:rate-limited\"");
        assertThat(called("192.0.2.2", "/v1/miners", null).getStatus()).isEqualTo(200);
        assertThat(called("192.0.2.1", "/health", null).getStatus()).isEqualTo(200);
    }

    @Test
    void aBrowserGetsAPage() throws Exception {
        MockHttpServletResponse refused = refused("/console/miners", "text/html,*/*;q=0.8");

        assertThat(refused.getHeader("Retry-After")).isIn("1", "2");
        assertThat(refused.getContentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(refused.getContentAsString())
                .startsWith("<!DOCTYPE html>")
                .contains("<h1>Too Many Requests</h1>", "requests per second", "Try again");
    }

    /** The first refusal; the bucket fills while a slow machine calls. */
    private MockHttpServletResponse refused(String path, @Nullable String accept) throws Exception {
        int taken = 0;
        MockHttpServletResponse answer = called("192.0.2.1", path, accept);
        while (answer.getStatus() == 200 && taken < 1_000) {
            taken++;
            answer = called("192.0.2.1", path, accept);
        }
        assertThat(answer.getStatus()).isEqualTo(429);
        assertThat(taken).isGreaterThanOrEqualTo(BURST);
        return answer;
    }

    private MockHttpServletResponse called(String address, String path, @Nullable String accept) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.setRemoteAddr(address);
        if (accept != null) {
            request.addHeader("Accept", accept);
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter.doFilter(request, response, new MockFilterChain());
        return response;
    }
}
