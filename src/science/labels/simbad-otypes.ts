/**
 * Object types of SIMBAD with their labels in the old and the new taxonomy
 * (https://simbad.cds.unistra.fr/guide/otypes.labels.txt). `Unknown` (type `?`) is left out.
 */

/** One object type; both labels are equal where the change left it alone. */
export interface SimbadType {
  /** Short code, such as `RR*`. */
  readonly otype: string
  readonly oldLabel: string
  readonly newLabel: string
}

/** All types in the order of their codes. */
export const SIMBAD_TYPES: readonly SimbadType[] = parseTypes(`
* Star, ** **, **? Candidate_** **_Candidate, a2* RotV*alf2CVn alf2CVnV*, AB* AGB*
AB? Candidate_AGB* AGB*_Candidate, Ae* Ae*, Ae? Candidate_Ae* Ae*_Candidate, AG? AGN_Candidate
AGN AGN, As* Assoc* Association, bC* PulsV*bCep bCepV*, bCG BlueCompG BlueCompactG
BD* brownD* BrownD*, BD? Candidate_brownD* brownD*_Candidate, Be* Be*
Be? Candidate_Be* Be*_Candidate, BH? Candidate_BH BH_Candidate, BiC BClG BrightestCG
BL? BLLac_Candidate, Bla Blazar, BLL BLLac, blu Blue blue, BS* BlueStraggler
BS? Candidate_BSS BSS_Candidate, bub Bubble, BY* BYDra BYDraV*, Bz? Blazar_Candidate, C* C*
C*? Candidate_C* C*_Candidate, C?G Possible_ClG ClG_Candidate, cC* deltaCep ClassicalCep
Ce* Cepheid, Ce? Candidate_Cepheid Cepheid_Candidate, CGb ComGlob, CGG Compact_Gr_G
Cl* Cl* Cluster*, Cld Cloud, ClG ClG, cm Radio(cm) cmRad, cor denseCore, CV* CataclyV*
CV? Candidate_CV* CV*_Candidate, DNe DkNeb DarkNeb, dS* PulsV*delSct delSctV*, EB* EB* EclBin
EB? Candidate_EB* EB*_Candidate, El* EllipVar, Em* Em* EmLine*, EmG EmG EmissionG, EmO EmObj
Er* Eruptive*, err Inexistent, ev Transient, FIR IR>30um FarIR, G Galaxy, G? Possible_G G_Candidate
gam gamma, gB gammaBurst, gD* gammaDor gammaDorV*, GiC GinCl GtowardsCl, GiG GinGroup GtowardsGroup
GiP GinPair, Gl? GlCl? GlCl_Candidate, glb Globule, GlC GlCl GlobCluster, gLe GravLens
gLS GravLensSystem, GNe GalNeb, Gr? Possible_GrG GrG_Candidate, GrG GroupG, grv Gravitation
GWE GravWaveEvent, H2G HII_G HIIG, HB* HB* HorBranch*, HB? Candidate_HB* HB*_Candidate
HH HH HerbigHaroObj, HI HI, HII HII HIIReg, HS* HotSubdwarf, HS? Candidate_Hsd Hsd_Candidate
HV* HV* HighVel*, HVC HVCld, HX? Candidate_HMXB HMXB_Candidate, HXB HMXB HighMassXBin
IG IG InteractingG, IR IR Infrared, Ir* Irregular_V* IrregularV*, ISM ISM
Le? Candidate_Lens Lens_Candidate, LeG LensedG, LeI LensedImage, LeQ LensedQ, Lev LensingEv
LI? Possible_lensImage lensImage_Candidate, LIN LINER, LM* low-mass* Low-Mass*
LM? Candidate_low-mass* low-mass*_Candidate, LP* LPV* LongPeriodV*, LP? Candidate_LP* LP*_Candidate
LS? Candidate_LensSystem LensSystem_Candidate, LSB LSB_G LowSurfBrghtG
LX? Candidate_LMXB LMXB_Candidate, LXB LMXB LowMassXBin, Mas Maser, MGr MouvGroup, Mi* Mira
Mi? Candidate_Mi* Mi*_Candidate, mm Radio(mm) mmRad, MoC MolCld, mR Radio(m) metricRad
mul multiple_object Blend, N* Neutron*, N*? Candidate_NS NS_Candidate, NIR IR<10um NearIR, No* Nova
No? Candidate_Nova Nova_Candidate, of? outflow? outflow_Candidate, OH* OH/IR OH/IR*
OH? Candidate_OH OH_Candidate, OpC OpCl OpenCluster, Or* Orion_V* OrionV*, out Outflow
pA* post-AGB*, pA? Candidate_post-AGB* post-AGB*_Candidate, PaG PairG, Pe* Pec* ChemPec*, Pl Planet
Pl? Planet? Planet_Candidate, PM* PM* HighPM*, PN PN PlanetaryNeb, PN? PN? PN_Candidate
PoC PartofCloud, PoG PartofG, Psr Pulsar, Pu* PulsV*, Q? QSO_Candidate, QSO QSO, Rad Radio
rB radioBurst, RB? Candidate_RGB* RGB*_Candidate, RC* Erupt*RCrB RCrBV*, RC? RCrB_Candidate
reg Region, rG RadioG, RG* RGB*, RNe RfNeb RefNeb, Ro* RotV*, RR* RRLyr RRLyrae
RR? Candidate_RRLyr RRLyr_Candidate, RS* RSCVn RSCVnV*, RV* PulsV*RVTau RVTauV*, S* S*
S*? Candidate_S* S*_Candidate, s*b BlueSG* BlueSG, s*r RedSG* RedSG, s*y YellowSG* YellowSG
s?b Candidate_BSG* BSG*_Candidate, s?r Candidate_RSG* RSG*_Candidate
s?y Candidate_YSG* YSG*_Candidate, SB* SB*, SBG StarburstG, SC? Possible_SClG SClG_Candidate
SCG SuperClG, SFR SFregion StarFormingReg, sg* SG* Supergiant, sg? Candidate_SG* SG*_Candidate
sh HIshell, smm Radio(sub-mm) smmRad, SN* SN Supernova, SN? Candidate_SN* SN*_Candidate
SNR SNR SNRemnant, SR? SNR? SNR_Candidate, St* Stream* Stream, SX* pulsV*SX SXPheV*, Sy* Symbiotic*
Sy1 Seyfert_1 Seyfert1, Sy2 Seyfert_2 Seyfert2, Sy? Candidate_Symb* Symb*_Candidate, SyG Seyfert
TT* TTau* TTauri*, TT? Candidate_TTau* TTau*_Candidate, ULX ULX, UV UV, UX? ULX? ULX_Candidate
V* V* Variable*, V*? V*? V*_Candidate, vid Void, WD* WD* WhiteDwarf, WD? Candidate_WD* WD*_Candidate
WR* WR* WolfRayet*, WR? Candidate_WR* WR*_Candidate, WV* PulsV*WVir Type2Cep, X X, XB* XB XrayBin
XB? Candidate_XB* XB*_Candidate, Y*? Candidate_YSO YSO_Candidate, Y*O YSO
`)

/** Reads `code label`, or `code old-label new-label` where they differ, between commas. */
function parseTypes(text: string): readonly SimbadType[] {
  return text
    .trim()
    .split(/,\s|\n/)
    .map(entry => {
      const [otype, oldLabel, newLabel = oldLabel] = entry.split(' ') as [string, string, string?]
      return { otype, oldLabel, newLabel }
    })
}
