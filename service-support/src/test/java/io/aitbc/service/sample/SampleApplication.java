package io.aitbc.service.sample;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The tiny service. */
@SpringBootApplication
public class SampleApplication {}
