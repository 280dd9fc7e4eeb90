// Numbers as readers of a language write them.

const locales = { vi: "vi-VN", en: "en-GB" };

/** Formatters of a language; a figure that does not exist is null and becomes a dash. */
export function formats(language) {
  const locale = locales[language] ?? locales.en;
  const make = (options) => {
    const format = new Intl.NumberFormat(locale, options);
    // The true minus sign is as wide as the plus, so that columns of differences line up.
    return (value) => (value === null ? "–" : format.format(value).replace("-", "−"));
  };
  const persons = make({ maximumFractionDigits: 0 });
  const points = make({ minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
  // Three digits that tell, but nothing beyond thousandths.
  const three = { maximumSignificantDigits: 3, maximumFractionDigits: 3, roundingPriority: "lessPrecision" };
  const figure = make(three);
  const signed = make({ ...three, signDisplay: "exceptZero" });
  const time = new Intl.DateTimeFormat(locale, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "Asia/Ho_Chi_Minh",
  });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  return {
    persons,
    change: make({ maximumFractionDigits: 0, signDisplay: "exceptZero" }),
    points,
    share: make({ style: "percent", maximumFractionDigits: 1 }),
    probability: make({ maximumSignificantDigits: 2 }),
    figure,
    signed,
    span: (low, high) => (low === null || high === null ? "–" : `[${figure(low)}; ${figure(high)}]`),
    range: (low, high) => (low === null || high === null ? "–" : `[${points(low)}; ${points(high)}]`),
    interval: (low, high) => (low === null || high === null ? "–" : `[${persons(low)}; ${persons(high)}]`),
    time: (text) => {
      if (Number.isNaN(Date.parse(text))) return text;
      // A day without an hour is that day everywhere.
      return (/^\d{4}-\d{2}-\d{2}$/.test(text) ? day : time).format(new Date(text));
    },
  };
}
