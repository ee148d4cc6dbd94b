// Loaded before a program whose peak memory is wanted, in kilobytes.
process.on('exit', () => process.stderr.write(`\nmaxRSS=${process.resourceUsage().maxRSS}\n`))
