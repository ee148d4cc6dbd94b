// Loaded before a program of which it is wanted what it used.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  process.stderr.write(`\nusage=${(userCPUTime + systemCPUTime) / 1e3} ms, ${maxRSS / 1024} MB\n`)
})
