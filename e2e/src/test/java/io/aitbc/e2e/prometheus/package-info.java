/** What an operator installs for Prometheus and Alertmanager, held against the programs that read it. */
@NullMarked
package io.aitbc.e2e.prometheus;

import org.jspecify.annotations.NullMarked;
