package io.aitbc.service.web;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Link headers of paged lists (RFC 8288). */
public final class Links {

    private Links() {}

    /** The value of a {@code Link} header that leads from this request to the part of the list after the cursor. */
    public static String next(HttpServletRequest request, String cursor) {
        String uri = ServletUriComponentsBuilder.fromRequest(request)
                .replaceQueryParam("cursor", cursor)
                .build()
                .toUriString();
        return "<" + uri.replaceAll("[\\r\\n<>]", "") + ">; rel=\"next\"";
    }
}
