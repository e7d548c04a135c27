/** What every HTTP interface of ours shares: problem details, limits, paging, strict JSON. */
@NullMarked
package io.aitbc.service.web;

import org.jspecify.annotations.NullMarked;
