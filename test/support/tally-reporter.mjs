// Says at the very end what could not run here, in the words of the tests themselves, and in one line how many passed and failed.
const most = 100;

export default class TallyReporter {
  onRunComplete(_contexts, results) {
    const broken = results.testResults.filter((file) => file.testExecError && file.numFailingTests === 0).length;
    const skipped = results.testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => fullName);
    // A run that was asked for by name skips everything else; that is no news.
    const named = skipped.length <= most ? skipped.map((name) => `not run: ${name}\n`).join('') : '';
    const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    process.on('exit', () => {
      process.stdout.write(
        `${named}${results.numPassedTests} passed, ${results.numFailedTests + broken} failed${tail}\n`,
      );
    });
  }
}
