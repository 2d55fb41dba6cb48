process.exitCode = 125;
