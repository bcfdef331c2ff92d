// The profile as a plain table, until the page proper is here.

const profile = JSON.parse(document.getElementById('profile').textContent);
const table = document.createElement('table');
for (const row of [...profile.exits].sort((a, b) => b.total - a.total)) {
  const line = table.insertRow();
  for (const text of [row.count, `${row.total} ns`, row.reason, row.detail ?? '', row.symbol ?? row.address ?? '', row.source ?? '']) {
    line.insertCell().textContent = String(text);
  }
}
document.getElementById('page').append(table);
