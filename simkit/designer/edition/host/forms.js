// What a browser does with links and forms, for pages that no server gave.

/** The address of one of the designer's pages, as a path; null for any other. */
export function address(written) {
  const found = /^(?:file:\/\/\/(?:[A-Za-z]:)?|https?:\/\/[^/]+)?\/?(simkit\/.*)$/.exec(written ?? '');
  return found && `/${found[1]}`;
}

/** The fields of a form as a browser sends them: lines end in CR LF. */
export function fieldsOf(form, submitter) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) {
    fields.append(name, typeof value === 'string' ? value.replace(/\r\n|\r|\n/g, '\r\n') : value.name);
  }
  return fields;
}

/** How a form is sent. */
export function how(form, submitter) {
  const body = form.enctype === 'multipart/form-data' ? new FormData(form, submitter) : fieldsOf(form, submitter);
  return { method: 'POST', body };
}

/** The name of the file that an answer is, if it is one. */
export function fileIn(headers) {
  return /^attachment;.*filename="?([^";]+)/.exec(headers['Content-Disposition'] ?? '')?.[1];
}
