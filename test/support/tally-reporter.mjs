// Says at the very end, in one line, how many tests passed and failed.
export default class TallyReporter {
  onRunComplete(_contexts, results) {
    const broken = results.testResults.filter((file) => file.testExecError && file.numFailingTests === 0).length;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    process.on('exit', () => {
      process.stdout.write(`${results.numPassedTests} passed, ${results.numFailedTests + broken} failed${tail}\n`);
    });
  }
}
