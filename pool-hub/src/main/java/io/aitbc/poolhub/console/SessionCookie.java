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
 * The cookie that a browser proves itself with. The sign-in form has one of its own name, so that opening it does not overwrite
 * the session's. The token in the console's forms is derived from it: who cannot read the cookie cannot make the token, and a token
 * of another session is worth nothing.
 */
final class SessionCookie {

    static final String NAME = "poolhub_console";
    static final String SIGN_IN = "poolhub_console_sign_in";
    static final String TOKEN = "csrf";

    private static final int LONGEST = 128;

    private SessionCookie() {}

    /** The value that came with the request; null when there is none. */
    static @Nullable String of(HttpServletRequest request) {
        return of(request, NAME);
    }

    /** The value that the sign-in form was opened with; null when there is none. */
    static @Nullable String ofSignIn(HttpServletRequest request) {
        return of(request, SIGN_IN);
    }

    private static @Nullable String of(HttpServletRequest request, String base) {
        String name = named(base, request);
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                String value = cookie.getValue();
                if (cookie.getName().equals(name) && !value.isEmpty() && value.length() <= LONGEST) {
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
        write(NAME, value, null, request, response);
    }

    static void setSignIn(String value, HttpServletRequest request, HttpServletResponse response) {
        write(SIGN_IN, value, null, request, response);
    }

    static void clearSignIn(HttpServletRequest request, HttpServletResponse response) {
        write(SIGN_IN, "", Duration.ZERO, request, response);
    }

    static void clear(HttpServletRequest request, HttpServletResponse response) {
        write(NAME, "", Duration.ZERO, request, response);
    }

    private static void write(
            String name,
            String value,
            @Nullable Duration age,
            HttpServletRequest request,
            HttpServletResponse response) {
        ResponseCookie.ResponseCookieBuilder cookie = ResponseCookie.from(named(name, request), value)
                .httpOnly(true)
                // Lax: a link from a chat finds people signed in. Reading changes nothing, and forms carry the token.
                .sameSite("Lax")
                .secure(isEncrypted(request))
                .path("/");
        if (age != null) {
            cookie.maxAge(age);
        }
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.build().toString());
    }

    /** Over TLS no other site, not even one of the same domain, can set a cookie of this name. */
    private static String named(String base, HttpServletRequest request) {
        return isEncrypted(request) ? "__Host-" + base : base;
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
