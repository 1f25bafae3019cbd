// A strict reader of RFC 4180: CRLF ends a line, the last one too; a quote stands only around a cell
// or doubled inside of one; all lines are of one length. Whatever else is an error.

/** Lines of cells. */
export function parseCsv(text) {
  const lines = [[]];
  let at = 0;
  const fail = (what) => {
    throw new Error(`line ${lines.length}, offset ${at}: ${what}`);
  };
  const quoted = () => {
    let cell = '';
    for (;;) {
      const end = text.indexOf('"', at);
      if (end < 0) fail('a quote that does not end');
      cell += text.slice(at, end);
      at = end + 1;
      if (text[at] !== '"') return cell;
      cell += '"';
      at += 1;
    }
  };
  const plain = () => {
    const begin = at;
    while (at < text.length && text[at] !== ',' && text[at] !== '\r') {
      if (text[at] === '"' || text[at] === '\n') fail('must stand in quotes');
      at += 1;
    }
    return text.slice(begin, at);
  };
  while (at < text.length) {
    if (text[at] === '"') {
      at += 1;
      lines.at(-1).push(quoted());
    } else {
      lines.at(-1).push(plain());
    }
    if (text[at] === ',') {
      at += 1;
      if (at === text.length) fail('a cell that is missing');
    } else if (text.startsWith('\r\n', at)) {
      at += 2;
      if (lines.at(-1).length !== lines[0].length) fail('another number of cells');
      lines.push([]);
    } else {
      fail('neither a comma nor the end of the line');
    }
  }
  if (lines.pop().length > 0) fail('the last line does not end');
  return lines;
}
