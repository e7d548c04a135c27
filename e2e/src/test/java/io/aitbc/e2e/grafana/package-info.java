/** The dashboards of {@code infra/grafana}, as Grafana would read them. */
@NullMarked
package io.aitbc.e2e.grafana;

import org.jspecify.annotations.NullMarked;
