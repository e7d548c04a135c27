package io.aitbc.service.web;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Link headers of paged lists (RFC 8288). */
public final class Links {

    private Links() {}

    /** 200 with a part of a list, and where the next one is. */
    public static <T> ResponseEntity<Page<T>> page(HttpServletRequest request, Page<T> page) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        if (page.next() != null) {
            answer.header(HttpHeaders.LINK, next(request, page.next()));
        }
        return answer.body(page);
    }

    /** The value of a {@code Link} header that leads from this request to the part of the list after the cursor. */
    public static String next(HttpServletRequest request, String cursor) {
        String uri = ServletUriComponentsBuilder.fromRequest(request)
                .replaceQueryParam("cursor", cursor)
                .build()
                .toUriString();
        return "<" + uri.replaceAll("[\\r\\n<>]", "") + ">; rel=\"next\"";
    }
}
