package io.aitbc.forecasting.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code java -jar forecasting-cli.jar}: 0 when all went well, 1 with one sentence on standard error when the input is at fault. */
@Command(
        name = "forecasting",
        description = "Backtests of hourly forecasts, and of what is recommended by them.",
        mixinStandardHelpOptions = true,
        subcommands = {BacktestCommand.class, M4Command.class, PlanCommand.class})
public final class ForecastingCommand {

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ForecastingCommand())
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    if (!(failure instanceof BadInput)) {
                        throw failure;
                    }
                    PrintWriter out = commandLine.getErr();
                    out.println(failure.getMessage());
                    return 1;
                });
    }
}
