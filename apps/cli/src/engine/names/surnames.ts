/** Scientists and engineers, by their surnames. */
export const SURNAMES: readonly string[] = `
  abel aiken airy alfven anning apgar archimedes armstrong arrhenius atanasoff avogadro babcock backus baird baran bernoulli
  berzelius bessel bessemer biot boltzmann bolyai boole borlaug boyle brahe bragg bramah bramante braun brunel bunsen
  burkitt cantor carlson carnot cassini cauchy cavendish celsius cerf chadwick chandra chappe cherenkov church clausius cocke
  codd colt conway copernicus coriolis coulomb crick cuvier daguerre daimler dalton davy debye dedekind desargues descartes
  diesel dijkstra diophantus dirac doppler drake eames eckert eddington edgerton ehrlich engelbart erdos eratosthenes euler
  faggin fahrenheit faraday fermat fessenden fibonacci fizeau fleming flowers foucault fourier fraunhofer fresnel fulton gabor
  galois galvani gauss geiger germain gibbs godel goddard gosset gould gray hadamard halley hamilton hamming harrison
  hartley heaviside helmholtz henry hermite herschel hertz hess hewitt hilbert hinton hoare hollerith hooke hounsfield hubble
  humboldt huygens hypatia jacobi jacquard jansky joule kapitza kay kelvin kepler kernighan kilby kleene knuth kovalevsky
  kummer kwolek lagrange lamarr landau langmuir laplace lebesgue leavitt legendre leibniz lenz liebig lighthill linnaeus lister
  lovelace lumiere lyell mach malpighi mandelbrot marconi maxwell mccarthy mendel mendeleev mercator messier michelson
  minkowski minsky mobius moore morse napier naur nernst newcomen newton nobel noether noyce oersted ohm oppenheim ostrom
  otto papin pascal pasteur pauli peano perlman planck poincare poisson postel priestley ptolemy purkinje pythagoras ramanujan
  rayleigh ramsay ride riemann ritchie roentgen romer rubin rutherford sanger savery seaborg seki shannon siemens simon snell
  steinmetz stephenson stokes strachey strowger sutherland swan szilard taussig telford tesla thales thompson torricelli
  trevithick turing vandermonde venn vesalius viete volta wankel watt weber weierstrass wheatstone whittle wien wiener
  wilkes wirth wozniak wright wu yonath yukawa zeeman zermelo zuse zworykin
`
  .trim()
  .split(/\s+/);
