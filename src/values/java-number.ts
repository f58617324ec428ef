// Doubles and floats as Java writes them: `1.0`, `1.0E10`, `NaN`.

export function doubleText(value: number): string {
  return javaText(value, value.toExponential())
}

export function floatText(value: number): string {
  if (!Number.isFinite(value)) return javaText(value, '')
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits)
    if (Math.fround(Number(text)) === value) return javaText(value, text.replace(/\.?0+e/, 'e'))
  }
  return javaText(value, value.toExponential())
}

/** `scientific` is the shortest `d.ddde±x` that reads as the value. */
function javaText(value: number, scientific: string): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa = '', power = '0'] = scientific.replace(/^-/, '').split('e')
  const exponent = Number(power)
  const digits = mantissa.replace('.', '')
  const sign = value < 0 ? '-' : ''
  if (exponent < -3 || exponent >= 7) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}
