package io.aitbc.poolhub.console;

import io.aitbc.service.security.ApiKeys;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * The cookie that a browser proves itself with. Whoever opens the sign-in page has one; after signing in it is another one. The
 * token in the console's forms is derived from it: who cannot read the cookie cannot make the token, and a token of another session
 * is worth nothing.
 */
final class SessionCookie {

    static final String NAME = "poolhub_console";
    static final String TOKEN = "csrf";

    private static final int LONGEST = 128;

    private SessionCookie() {}

    /** The value that came with the request; null when there is none. */
    static @Nullable String of(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                String value = cookie.getValue();
                if (cookie.getName().equals(NAME) && !value.isEmpty() && value.length() <= LONGEST) {
                    return value;
                }
            }
        }
        return null;
    }

    /** A value that nobody can guess. */
    static String fresh() {
        return ApiKeys.generate("con");
    }

    static void set(String value, HttpServletRequest request, HttpServletResponse response) {
        write(value, null, request, response);
    }

    static void clear(HttpServletRequest request, HttpServletResponse response) {
        write("", Duration.ZERO, request, response);
    }

    private static void write(
            String value, @Nullable Duration age, HttpServletRequest request, HttpServletResponse response) {
        ResponseCookie.ResponseCookieBuilder cookie = ResponseCookie.from(NAME, value)
                .httpOnly(true)
                .sameSite("Strict")
                .secure(isEncrypted(request))
                .path("/");
        if (age != null) {
            cookie.maxAge(age);
        }
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.build().toString());
    }

    /** Also where a proxy ends the encryption. Who says so falsely only keeps his own cookie from himself. */
    private static boolean isEncrypted(HttpServletRequest request) {
        String forwarded = request.getHeader("X-Forwarded-Proto");
        return request.isSecure() || (forwarded != null && forwarded.strip().regionMatches(true, 0, "https", 0, 5));
    }

    /** What every form of the session carries. */
    static String token(String value) {
        return ApiKeys.sha256("csrf:" + value);
    }

    /** Whether a form belongs to the session that it came with. */
    static boolean isToken(@Nullable String value, @Nullable String token) {
        return value != null
                && token != null
                && MessageDigest.isEqual(
                        token(value).getBytes(StandardCharsets.US_ASCII), token.getBytes(StandardCharsets.UTF_8));
    }
}
