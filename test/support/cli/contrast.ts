/**
 * Runs in the page: every text of its pictures, and every shape that means something, that stands out too little from
 * what it stands on (WCAG 2.2: 4.5 : 1 for text, 3 : 1 for shapes). axe does not look into pictures.
 */
export const faintInPictures = `(() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  const luminance = (color) => {
    const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number)
    if (a !== 1) throw new Error("not opaque: " + color)
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
  }
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((x, y) => y - x)
    return (light + 0.05) / (dark + 0.05)
  }
  const style = (element) => getComputedStyle(element)
  const card = style(document.querySelector("section")).backgroundColor
  const faint = []
  const seen = []
  const check = (what, one, other, least) => {
    seen.push(what)
    const ratio = contrast(one, other)
    if (ratio < least) faint.push(what + ": " + one + " on " + other + " is " + ratio.toFixed(2) + " : 1")
  }
  for (const member of document.querySelectorAll(".fleet .member")) {
    const outline = style(member.querySelector(".outline"))
    for (const text of member.querySelectorAll("text")) check(text.textContent, style(text).fill, outline.fill, 4.5)
    check("outline", outline.stroke, card, 3)
    check("mark", style(member.querySelector(".shape")).fill, outline.fill, 3)
  }
  for (const line of document.querySelectorAll(".line, .trunk")) check("line", style(line).stroke, card, 3)
  for (const mark of document.querySelectorAll(".way, .mark"))
    check("sign", style(mark.querySelector(".sign")).stroke, style(mark.querySelector(".shape")).fill, 3)
  return { faint, seen: seen.length }
})()`

/** Runs in the page: what of its pictures is cut, or written over something else. */
export const cutInPictures = `(() => {
  const wrong = []
  for (const picture of document.querySelectorAll(".fleet")) {
    if (getComputedStyle(picture).display === "none") continue
    for (const text of picture.querySelectorAll("text")) {
      const room = text.parentElement.width.baseVal.value
      if (text.getComputedTextLength() > room) wrong.push(text.textContent + " needs " + text.getComputedTextLength() + " of " + room)
    }
    for (const member of picture.querySelectorAll(".member")) {
      const lines = [...member.querySelectorAll("text")].map((text) => text.getBoundingClientRect())
      const outline = member.querySelector(".outline").getBoundingClientRect()
      if (lines.some((line) => line.top < outline.top || line.bottom > outline.bottom)) wrong.push("over the edge")
      if (lines.some((line, at) => at > 0 && line.top + 3 < lines[at - 1].bottom)) wrong.push("over each other: " + member.textContent)
    }
    const edges = picture.getBoundingClientRect()
    const inside = [...picture.querySelectorAll("rect, path, text")].every((each) => {
      const { left, right, top, bottom } = each.getBoundingClientRect()
      return left >= edges.left - 1 && right <= edges.right + 1 && top >= edges.top - 1 && bottom <= edges.bottom + 1
    })
    if (!inside) wrong.push("beyond the picture")
  }
  return wrong
})()`
