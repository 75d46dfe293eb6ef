// Before anything is drawn: a page that was chosen to be dark must not flash.
try {
  const theme = localStorage.getItem('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Where nothing may be stored, the system decides.
}
